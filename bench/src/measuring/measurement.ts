import type { Samples } from "./samples.ts";

/** One line of the table. */
export interface Measurement {
  /** `bench/what`, e.g. `launch/first step`. */
  readonly name: string;
  readonly unit: string;
  readonly samples: Samples;
  /** What the figure should be on an idle small machine; none for figures that only explain others. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What the same machine took in the same run for something that nobody can avoid, by its name. */
  readonly ratios?: Readonly<Record<string, number>>;
  /** What the reader must know of how it was taken. */
  readonly note?: string;
}

/** Whether the median meets the target; null without one. */
export function isMet({ target }: Measurement, value: number): boolean | null {
  if (target === undefined) return null;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}
