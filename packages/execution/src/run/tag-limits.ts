import type { TagConcurrencyLimit } from "@dagwright/definitions";
import type { PlannedStep, StepKey } from "@dagwright/model";

/** One limit as it concerns steps with one value of its tag, or with any. */
interface Counter {
  readonly id: string;
  readonly limit: number;
}

/** Counts the steps of one run that run at the same time and have a tag, against the limits of its executor. */
export class TagLimits {
  readonly #limits: readonly TagConcurrencyLimit[];
  readonly #counted = new Map<string, number>();
  readonly #taken = new Map<StepKey, readonly Counter[]>();

  constructor(limits: readonly TagConcurrencyLimit[]) {
    this.#limits = limits;
  }

  /** Counts a step in; or counts nothing and says which limit that its tags fall under is reached. */
  take(step: PlannedStep): string | null {
    if (this.#limits.length === 0) return null;
    const counters = this.#countersOf(step);
    const reached = counters.find(({ id, limit }) => (this.#counted.get(id) ?? 0) >= limit);
    if (reached !== undefined) return reached.id;
    for (const { id } of counters) this.#counted.set(id, (this.#counted.get(id) ?? 0) + 1);
    if (counters.length > 0) this.#taken.set(step.key, counters);
    return null;
  }

  /** Counts a step out again; the limits that have room by that. */
  release(stepKey: StepKey): readonly string[] {
    const counters = this.#taken.get(stepKey) ?? [];
    this.#taken.delete(stepKey);
    for (const { id } of counters) this.#counted.set(id, (this.#counted.get(id) ?? 0) - 1);
    return counters.map(({ id }) => id);
  }

  #countersOf({ tags }: PlannedStep): readonly Counter[] {
    return this.#limits.flatMap(({ key, value, limit }, index) => {
      const actual = tags[key];
      if (actual === undefined || (typeof value === "string" && value !== actual)) return [];
      const isByValue = typeof value === "object" && value.applyLimitPerUniqueValue;
      return [{ id: isByValue ? `${index}:${actual}` : String(index), limit }];
    });
  }
}
