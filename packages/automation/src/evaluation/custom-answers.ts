import type {
  AssetCheckKey,
  AssetKey,
  CustomConditionAnswerData,
  CustomConditionRequest,
  SerializedError,
} from "@dagwright/model";
import type { EntityId } from "../entity-key.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";
import type { EntityState } from "./entity-state.ts";
import { customMemory } from "./evaluate-operand.ts";
import type { CustomAnswer } from "./facts.ts";

/** How functions of the code location are asked. */
export interface CustomQuestions {
  readonly nowMs: number;
  /** How the condition that names a function was evaluated the last time. */
  readonly stateOf: (root: EntityId) => EntityState | null;
  /** Answers in the order of the requests. */
  readonly evaluate: (
    requests: readonly CustomConditionRequest[],
  ) => Promise<readonly CustomConditionAnswerData[]> | readonly CustomConditionAnswerData[];
}

/** What functions of the code location said that conditions name. Each is asked once for each asset or check and each condition that names it. */
export class CustomAnswers {
  readonly #graph: AutomationGraph;
  readonly #answers = new Map<string, CustomAnswer>();
  readonly #asked = new Set<EntityId>();
  readonly #failures = new Map<EntityId, SerializedError>();

  constructor(graph: AutomationGraph) {
    this.#graph = graph;
  }

  /** @throws TypeError when there are fewer answers than requests */
  async ask(evaluated: readonly AutomationNode[], { nowMs, stateOf, evaluate }: CustomQuestions): Promise<void> {
    const asked = evaluated
      .filter(({ id }) => !this.#asked.has(id))
      .flatMap((root) => this.#graph.customsOf(root).map(({ name, about }) => ({ name, node: this.#graph.get(about), root })));
    if (asked.length === 0) return;
    const requests = asked.map(({ name, node, root }) => ({
      name,
      // Definitions refuse functions that are asked about a job.
      key: node.key as AssetKey | AssetCheckKey,
      isPartitioned: node.partitions !== null,
      evaluationTimeMs: nowMs,
      cursor: stateOf(root.id)?.nodes[customMemory(name, node)]?.cursor ?? null,
    }));
    const answers = await evaluate(requests);
    for (const [index, { name, node, root }] of asked.entries()) {
      const answer = answers[index];
      if (answer === undefined) throw new TypeError(`The code location did not answer for the automation condition "${name}"`);
      this.#asked.add(root.id);
      if (!("error" in answer)) this.#answers.set(answerId(name, node, root), answer);
      else if (!this.#failures.has(root.id)) this.#failures.set(root.id, answer.error);
    }
  }

  of(name: string, node: AutomationNode, root: AutomationNode): CustomAnswer {
    return this.#answers.get(answerId(name, node, root))!;
  }

  /** What a function threw that a condition names; null: all of them answered. */
  failureOf(root: AutomationNode): SerializedError | null {
    return this.#failures.get(root.id) ?? null;
  }
}

const answerId = (name: string, node: AutomationNode, root: AutomationNode): string => `${name} ${node.id} ${root.id}`;
