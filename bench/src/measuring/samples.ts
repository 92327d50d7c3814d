/** Repetitions of one measurement, in the order they were taken. */
export type Samples = readonly number[];

/** The value below which a share of the samples lies; of few samples the nearest one above. */
export function quantile(samples: Samples, share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new RangeError("There are no samples");
  return value;
}

export const median = (samples: Samples): number => quantile(samples, 0.5);

/** Calls something several times, one after the other. */
export async function repeat(times: number, measure: (index: number) => Promise<number>): Promise<Samples> {
  const samples: number[] = [];
  for (let index = 0; index < times; index += 1) samples.push(await measure(index));
  return samples;
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
