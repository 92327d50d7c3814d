import type { PartitionsView } from "@dagwright/partitions";
import type { AutomationConditionSnapshot } from "@dagwright/model";
import type { EntityId } from "../entity-key.ts";
import type { EntitySubset } from "../entity-subset.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";
import type { EntityState, NodeState, SinceData } from "./entity-state.ts";
import type { AutomationFacts } from "./facts.ts";
import type { Timing } from "./timing.ts";

/** What all nodes of one tree share while it is evaluated. */
export interface EvaluationContext {
  readonly graph: AutomationGraph;
  readonly facts: AutomationFacts;
  readonly view: PartitionsView;
  readonly evaluationId: string;
  /** What is requested in this evaluation so far. */
  readonly requested: ReadonlyMap<EntityId, EntitySubset>;
  /** Whose condition it is. */
  readonly root: AutomationNode;
  /** How it was evaluated the last time; null at first. */
  readonly before: EntityState | null;
  /** Whether it had no evaluation of its partitions as they are. */
  readonly isInitial: boolean;
  /** What the nodes want to remember, by id. */
  readonly memory: Map<string, NodeState>;
  /** Set by what holds for one evaluation only: the next one will find something else although nothing happens in between. */
  isTransient: boolean;
  /** When what was found now will be something else by time alone. */
  readonly changesAtMs: number[];
}

/** A node about to be evaluated. */
export interface NodeToEvaluate {
  readonly condition: AutomationConditionSnapshot;
  readonly id: string;
  /** What it is asked about. */
  readonly about: AutomationNode;
  /** Of which partitions it matters. */
  readonly candidates: EntitySubset;
  /** Conditions that it is part of, outermost first. */
  readonly within: readonly AutomationConditionSnapshot[];
}

/** What a node came to, with the nodes below it. */
export interface NodeResult {
  readonly id: string;
  readonly condition: AutomationConditionSnapshot;
  /** Another name than the condition's own. */
  readonly name?: string;
  readonly about: AutomationNode;
  readonly candidates: EntitySubset;
  readonly held: EntitySubset;
  readonly children: readonly NodeResult[];
  readonly timing: Timing | null;
  readonly since?: SinceData;
}
