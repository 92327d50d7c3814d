import { setTimeout as delay } from "node:timers/promises";
import { type CrashPointName, crashPointNames } from "@dagwright/model";
import type { Armory } from "./armory.ts";
import type { HarnessClient } from "./harness-client.ts";

/** Beyond the time that it sleeps in any case; over when nobody is awake, or nobody alive, to do what is waited for. */
const patienceMs = 30_000;

interface Bed {
  readonly client: HarnessClient;
  readonly armory: Armory;
  /** Nothing is waited for any more. */
  readonly finding: AbortSignal;
}

interface Claim {
  readonly id: string;
  readonly fence: number;
}

/**
 * Lets a stopped process sleep for so long and until others have committed what it holds: before that its own commit would still be good. Then wakes it and
 * waits until it is past the commit that it was stopped before: a campaign that came to rest earlier switches off what that would be refused for.
 */
export async function letSleep(pid: number, point: CrashPointName, forMs: number, bed: Bed): Promise<void> {
  const { client, armory, finding } = bed;
  const claims = client.rows<Claim>("select id, fence from dagwright.instigators where split_part(lease_holder, ':', 3) = $1", [
    String(pid),
  ]);
  // The database is away at times.
  const held = await claims.catch(() => []);
  await delay(forMs, undefined, { signal: finding }).catch(() => undefined);
  await until(() => isDone(held, client), pid, finding);
  const after = afterCommit(point);
  const isPast = after === null ? null : await armory.awaitPassage(after, pid);
  if (!signal(pid, "SIGCONT") || isPast === null) return;
  await until(() => Promise.resolve(isPast()), pid, finding);
}

/** Whether a holder that came later has committed each of them. */
async function isDone(claims: readonly Claim[], client: HarnessClient): Promise<boolean> {
  const left = client.rows(
    `select c.id from json_to_recordset($1::json) as c(id text, fence int) where not exists (
       select 1 from chaos.instigator_moves m
       where m.instigator_id = c.id and m.old_fence > c.fence and m.old_holder is not null and m.new_holder is null)`,
    [JSON.stringify(claims)],
  );
  return left.then(
    (rows) => rows.length === 0,
    () => false,
  );
}

const afterCommit = (point: CrashPointName): CrashPointName | null =>
  crashPointNames.find((name) => point.endsWith(".before-commit") && name === point.replace(".before-", ".after-")) ?? null;

async function until(isTrue: () => Promise<boolean>, pid: number, finding: AbortSignal): Promise<void> {
  for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt && !finding.aborted && isAlive(pid); await delay(100))
    if (await isTrue()) return;
}

const isAlive = (pid: number): boolean => signal(pid, 0);

/** False when the process has ended already. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
