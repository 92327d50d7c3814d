import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { BenchWorld } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { observeRun } from "./measuring/observed-run.ts";
import { untilWarm } from "./measuring/processes.ts";
import { repeat } from "./measuring/samples.ts";

/** Write transactions of a run of six ops in one process, from its launch to its end. The server is this benchmark's alone, and so is the count. */
export async function benchTransactions(world: BenchWorld): Promise<readonly Measurement[]> {
  const { stack, connectionString } = await world.stack("direct");
  // Its heartbeats write too; runs are launched without it.
  for (const daemon of stack.daemons) await daemon.kill("SIGTERM");
  const client = new pg.Client({ connectionString, application_name: "dagwright/bench" });
  await client.connect();
  // Only transactions that write get an id, and a reader of the next one takes none.
  const nextId = async (): Promise<number> =>
    Number((await client.query<{ id: string }>("select pg_snapshot_xmax(pg_current_snapshot()) as id")).rows[0]?.id);
  await observeRun(stack, "six_ops");
  const samples = await repeat(10, async () => {
    await untilWarm(stack.codeLocation.pid, 1);
    const before = await nextId();
    await observeRun(stack, "six_ops");
    // What its worker may still write on its way out belongs to it.
    await delay(300);
    return (await nextId()) - before;
  });
  await client.end();
  for (const daemon of stack.daemons) await daemon.start();
  return [{ name: "transactions/six ops, no queue", unit: "writes", samples, target: { atMost: 5 } }];
}
