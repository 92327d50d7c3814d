import type { StepKey } from "@dagwright/model";

/** A step that wants slots of its concurrency pool. */
export interface PoolAsk {
  readonly stepKey: StepKey;
  readonly pool: string;
  readonly slots: number;
  /** Who waits with a higher one comes first. */
  readonly priority: number;
}

/** Hears what becomes of what a run asked for. */
export interface PoolListener {
  /** The slots are the step's, until it frees them. */
  granted(stepKey: StepKey): void;
  /** It waits; told at first and now and then. */
  blocked(stepKey: StepKey, pool: string, isFirst: boolean): void;
}

/** The slots of concurrency pools as one run sees them, wherever they are counted. */
export interface RunPools {
  /** @param listener - the only one; called later, never by `ask` itself */
  listen(listener: PoolListener): void;
  /** Asked again after {@link free} without having had them, a step has the place in the line that it had. */
  ask(ask: PoolAsk): void;
  /** Gives a step's slots back, or its wait for them up. */
  free(stepKey: StepKey): void;
}
