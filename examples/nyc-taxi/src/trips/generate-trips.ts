// Stands for the files that a taxi commission publishes: the trips of a day, the same ones each time.
import { z } from "zod";

export const rawTrip = z.object({
  id: z.string(),
  pickup_at: z.date(),
  zone: z.string(),
  distance_km: z.number(),
  minutes: z.number(),
  fare_usd: z.number(),
});
export type RawTrip = z.infer<typeof rawTrip>;

const zones = ["Manhattan", "Brooklyn", "Queens", "Bronx", "Staten Island"];

/** On this day the meters' server was down, and next to nothing arrived. */
export const brokenDay = "2026-01-08";

/** Trips of a day, by UTC. Some in a hundred are nonsense, as in the real data: a trip of no distance, a fare below zero. */
export function generateTrips(day: string): RawTrip[] {
  const random = randomOf(day);
  const count = day === brokenDay ? 3 : 150 + Math.floor(random() * 100);
  return Array.from({ length: count }, (_, index) => {
    const minuteOfDay = Math.floor((index / count) * 24 * 60);
    const distance = 0.5 + 12 * random() ** 2;
    const isNonsense = random() < 0.04;
    return {
      id: `${day}-${index}`,
      pickup_at: new Date(Date.parse(day) + minuteOfDay * 60_000),
      // Squared, so that the zones are not equally busy.
      zone: zones[Math.floor(random() ** 2 * zones.length)]!,
      distance_km: isNonsense ? 0 : round(distance),
      minutes: Math.ceil(distance * (2 + 3 * random())),
      fare_usd: isNonsense ? -1 : round(3 + 1.75 * distance),
    };
  });
}

const round = (n: number): number => Math.round(n * 100) / 100;

/** Numbers from 0 to 1 that depend on nothing but the text (mulberry32). */
function randomOf(text: string): () => number {
  let state = Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
