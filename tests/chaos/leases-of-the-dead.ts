import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";

const everyMs = 1_000;

/**
 * Lets what the dead hold run out after a second instead of 30 or 60, until it is disposed: leases are compared with the database's clock, and to those of the
 * dead it makes no difference whether the clock moves or they do. Who sleeps is not dead. Where somebody dies every moment nothing would be done else.
 */
export function endLeasesOfTheDead(client: HarnessClient): AsyncDisposable {
  const stop = new AbortController();
  const ending = (async () => {
    while (!stop.signal.aborted) {
      // The database is away at times.
      await endThem(client).catch(() => undefined);
      await delay(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ending;
    },
  };
}

async function endThem(client: HarnessClient): Promise<void> {
  const held = await client.rows<{ holder: string; pid: string }>(`
    select holder, split_part(holder, ':', 3) as pid from (
      select lease_holder as holder from dagwright.instigators
      union select lease_holder from dagwright.backfills
      union select holder from dagwright.retention
      union select launch_holder from dagwright.runs where launch_due_at > now()) held
    where holder is not null`);
  const holders = held.filter(({ pid }) => isDead(Number(pid))).map(({ holder }) => holder);
  for (const statement of [
    "update dagwright.instigators set lease_until = now() where lease_holder = any($1) and lease_until > now()",
    "update dagwright.backfills set lease_until = now() where lease_holder = any($1) and lease_until > now()",
    "update dagwright.retention set lease_until = now() where holder = any($1) and lease_until > now()",
    "update dagwright.runs set launch_due_at = now() where launch_holder = any($1) and launch_due_at > now()",
  ])
    await client.query(statement, [holders]);
  // A decision about a retry does not say who takes it; whoever does must bear that somebody takes it over.
  await client.query("update dagwright.runs set retry_due_at = now() where retry_due_at > now() + interval '10 seconds'");

  const working = await client.rows<{ id: string; pid: string }>(
    "select id, worker->>'pid' as pid from dagwright.runs where lease_until > now()",
  );
  const lost = working.filter(({ pid }) => isDead(Number(pid))).map(({ id }) => id);
  await client.query("update dagwright.runs set lease_until = now() where id = any($1) and lease_until > now()", [lost]);
  await client.query(
    `update dagwright.pool_claims c set lease_until = now() from dagwright.runs r
     where r.id = c.run_id and c.lease_until > now() and (r.id = any($1) or r.ended_at is not null)`,
    [lost],
  );
}

/** Also one whose parent has not yet taken notice of its end. Linux only. */
function isDead(pid: number): boolean {
  try {
    return /^.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
