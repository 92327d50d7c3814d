import type { PoolInfo } from "@dagwright/storage";
import type { CommandContext } from "../context.ts";
import { PoolLimitError } from "../errors.ts";
import { openInstanceForCommand } from "./open-for-command.ts";

/** Dagster's bound, which the webserver has too. */
const mostSlots = 1000;

/** @param pool - null: all that have a limit or somebody who wants slots */
export async function readPools(pool: string | null, context: CommandContext): Promise<readonly PoolInfo[]> {
  await using instance = await openInstanceForCommand(context);
  const { defaultLimit } = instance.config.concurrency.pools;
  const { pools } = instance.storage;
  return pool === null ? await pools.list(defaultLimit) : [await pools.get(pool, defaultLimit)];
}

/**
 * @param limit - null: the default counts again
 * @returns what to tell
 */
export async function setPoolLimit(pool: string, limit: number | null, context: CommandContext): Promise<string> {
  await using instance = await openInstanceForCommand(context);
  const { defaultLimit } = instance.config.concurrency.pools;
  await instance.storage.pools.setLimit(pool, limit, defaultLimit);
  if (limit !== null) return `Pool ${pool} has ${slots(limit)} now.`;
  return `Pool ${pool} has no limit of its own now; ${defaultLimit === null ? "there is no default limit" : `the default is ${slots(defaultLimit)}`}.`;
}

/** @throws PoolLimitError */
export function parsePoolLimit(text: string): number | null {
  if (text === "default") return null;
  const limit = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 0 && limit <= mostSlots)) throw new PoolLimitError(text, mostSlots);
  return limit;
}

const takenOf = ({ claims }: PoolInfo): number =>
  claims.reduce((sum, claim) => sum + (claim.claimedAtMs === null ? 0 : claim.slots), 0);
const waitingOf = ({ claims }: PoolInfo): number => claims.filter(({ claimedAtMs }) => claimedAtMs === null).length;

export function describePool(pool: PoolInfo): string {
  const { name, limit, usesDefault } = pool;
  if (limit === null) return `"${name}": no limit`;
  const waiting = waitingOf(pool);
  const steps = waiting === 0 ? "" : `, ${waiting} ${waiting === 1 ? "step waits" : "steps wait"}`;
  return `"${name}": ${takenOf(pool)} / ${limit} slots occupied${usesDefault ? " (default limit)" : ""}${steps}`;
}

export const jsonOfPool = (pool: PoolInfo) => ({
  pool: pool.name,
  limit: pool.limit,
  usesDefault: pool.usesDefault,
  taken: takenOf(pool),
  steps: pool.claims,
});

const slots = (count: number): string => (count === 1 ? "1 slot" : `${count} slots`);
