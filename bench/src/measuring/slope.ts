/**
 * The slope that most of the points agree on: the median of the slopes between all pairs (Theil and Sen). Single leaps, which garbage collection
 * makes all the time, hardly move it.
 *
 * @returns 0 for fewer than two points
 */
export function slopePerMinute(points: readonly { readonly x: number; readonly y: number }[]): number {
  const slopes = points
    .flatMap((a, index) => points.slice(index + 1).map((b) => (b.y - a.y) / (b.x - a.x)))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
