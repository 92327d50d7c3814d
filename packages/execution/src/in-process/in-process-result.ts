import {
  type AssetKey,
  assetKeyFromUserString,
  assetKeyToString,
  type ExecutionPlan,
  parseStepKey,
  type RunId,
  type RunLogEntry,
  type Tags,
} from "@dagwright/model";
import type { ValueAddress } from "../io/io-manager.ts";
import type { RunOutcome } from "../run/run-outcome.ts";
import { ValueNotFoundError } from "../errors.ts";

interface InProcessRun extends Pick<InProcessResult, "runId" | "outcome" | "events" | "plan" | "reexecutionOf" | "tags"> {
  readonly values: ReadonlyMap<string, unknown>;
}

/** What a run in a test came to. */
export class InProcessResult {
  readonly runId: RunId;
  readonly outcome: RunOutcome;
  /** Everything that would stand in the run's log, but for the events of the run's own status. */
  readonly events: readonly RunLogEntry[];
  /** What the run was to do. */
  readonly plan: ExecutionPlan;
  readonly tags: Tags;
  /** The run that it executed again. */
  readonly reexecutionOf: InProcessResult | null;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor({ runId, outcome, events, plan, reexecutionOf, tags, values }: InProcessRun) {
    this.runId = runId;
    this.outcome = outcome;
    this.events = events;
    this.plan = plan;
    this.reexecutionOf = reexecutionOf;
    this.tags = tags;
    this.#values = values;
  }

  get success(): boolean {
    return this.outcome.status === "SUCCESS";
  }

  /**
   * What a step returned; of a dynamic output a record by mapping key, and likewise of a node that was mapped.
   *
   * @param node - the node's name in the job, with dots for nested graphs: the op's name, its alias, or `name_2`; `name[key]` is one of
   * several mapped steps
   * @throws ValueNotFoundError when that output was not made
   */
  outputValue(node: string, output = "result"): unknown {
    const id = stepValueId(node, output);
    if (!this.#values.has(id)) {
      const mapped = this.#mappedValues(node, output);
      if (mapped !== null) return mapped;
    }
    return this.#value(
      { stepKey: node as ValueAddress["stepKey"], outputName: output, assetKey: null },
      stepValueId(node, output),
    );
  }

  /**
   * The value of an asset that the run made.
   *
   * @param key - `"a/b"` and `["a", "b"]` are the same
   */
  assetValue(key: string | AssetKey): unknown {
    const assetKey = typeof key === "string" ? assetKeyFromUserString(key) : key;
    return this.#value({ stepKey: "" as ValueAddress["stepKey"], outputName: "result", assetKey }, assetKeyToString(assetKey));
  }

  /** The events of one type, of all steps or of one. */
  eventsOf<Type extends RunLogEntry["type"]>(type: Type, step?: string): readonly (RunLogEntry & { readonly type: Type })[] {
    return this.events.filter(
      (event): event is RunLogEntry & { readonly type: Type } =>
        event.type === type && (step === undefined || event.stepKey === step),
    );
  }

  #mappedValues(node: string, output: string): Readonly<Record<string, unknown>> | null {
    const steps = this.eventsOf("STEP_START").flatMap(({ stepKey }) =>
      stepKey === null ? [] : [{ ...parseStepKey(stepKey), stepKey }],
    );
    const mapped = steps.filter((step) => step.node === node && step.mappingKey !== null);
    if (mapped.length === 0) return null;
    const made = mapped.filter(({ stepKey }) => this.#values.has(stepValueId(stepKey, output)));
    return Object.fromEntries(
      made.map(({ mappingKey, stepKey }): [string, unknown] => [mappingKey!, this.#values.get(stepValueId(stepKey, output))]),
    );
  }

  #value(address: Pick<ValueAddress, "stepKey" | "outputName" | "assetKey">, id: string): unknown {
    if (!this.#values.has(id))
      throw new ValueNotFoundError({ ...address, runId: this.runId, partition: null }, "what the run made");
    return this.#values.get(id);
  }
}

export const stepValueId = (step: string, output: string): string => `${step}\0${output}`;
