import { spawn } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { median, repeat, timed } from "./samples.ts";

/** What this machine takes, now, for things that no design can avoid. In milliseconds. */
export interface ReferenceCosts {
  /** 100 transactions of one small row each, one after the other, durable. */
  readonly hundredCommitsMs: number;
  /** `node -e 0`, from spawning to its exit. */
  readonly nodeStartMs: number;
}

export async function measureReferenceCosts(connectionString: string): Promise<ReferenceCosts> {
  const client = new pg.Client({ connectionString, application_name: "dagwright/bench" });
  await client.connect();
  try {
    await client.query("create table if not exists bench_commits (id bigint generated always as identity, note text)");
    const commits = await repeat(5, () =>
      timed(async () => {
        for (let index = 0; index < 100; index += 1)
          await client.query("insert into bench_commits (note) values ($1)", ["one row"]);
      }),
    );
    const starts = await repeat(10, () => timed(() => once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit")));
    return { hundredCommitsMs: median(commits), nodeStartMs: median(starts) };
  } finally {
    await client.end();
  }
}
