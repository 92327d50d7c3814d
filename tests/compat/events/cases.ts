import type { InProcessResult } from "dagwright";

/** The runs of one program, by title. */
export type Cases = Readonly<Record<string, () => Promise<InProcessResult>>>;

/** Where a case differs from Dagster on purpose: lines as the suite prints them. */
export interface Difference {
  readonly reason: string;
  readonly onlyDagster?: readonly string[];
  readonly onlyOurs?: readonly string[];
}

export interface EventProgram {
  readonly cases: Cases;
  readonly differences?: Readonly<Record<string, Difference>>;
}
