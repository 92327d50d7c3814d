import { holderId, type RunId, type StoredEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { StreamCursorError, StreamTypeError } from "../errors.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { logLine, materialization, newRun, runFailure, runStart, runSuccess } from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";
import type { StreamCursor } from "./event-store.ts";

describeEachWay("the stream of events over all runs", (world) => {
  const startRun = async (): Promise<RunId> => {
    const [claim] = await world.storage.runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
    await world.storage.runs.beginWork({
      runId: claim!.run.id,
      attempt: 1,
      fence: null,
      worker: {},
      leaseMs: 60_000,
      entries: [runStart],
    });
    return claim!.run.id;
  };
  const types = ["RUN_SUCCESS", "RUN_FAILURE", "ASSET_MATERIALIZATION"] as const;

  /** Reads on until an entry is seen that fits: the horizon may wait for other suites' transactions on the same server. */
  const readUntil = async (from: StreamCursor | null, isLast: (entry: StoredEntry) => boolean, limit = 100) => {
    const entries: StoredEntry[] = [];
    let cursor = from;
    for (;;) {
      const page = await world.storage.events.readStream(cursor, { types, limit });
      entries.push(...page.entries);
      cursor = page.cursor;
      if (page.entries.some(isLast)) return { entries, cursor };
    }
  };

  test("a transaction that commits late, and holds the smaller id, is not skipped", async () => {
    const [first, second, third] = [await startRun(), await startRun(), await startRun()];
    const start = await world.storage.events.streamEnd();
    await using slow = await openRawClient(world.connectionString, "slow writer");
    await using quick = await openRawClient(world.connectionString);
    const write = (run: RunId) =>
      `insert into dagwright.event_stream (id, type, run_id, seq) values (nextval('dagwright.event_ids'), 'RUN_SUCCESS', '${run}', 2)`;
    // The slow transaction begins first and takes the greater id; the quick one begins later, takes the smaller id, and commits first.
    await slow.query("begin");
    await slow.query("select pg_current_xact_id()");
    await quick.query("begin");
    await quick.query(write(second));
    await slow.query(write(first));
    await quick.query("commit");

    const early = await world.storage.events.readStream(start, { types, limit: 100 });
    expect(early.entries).toEqual([]);
    expect(early.lagMs).toBeGreaterThan(0);
    await slow.query("commit");
    await world.storage.events.append({ runId: third, attempt: 1, entries: [runSuccess] });
    const { entries } = await readUntil(early.cursor, (entry) => entry.runId === third);
    expect(entries.map((entry) => entry.runId)).toEqual([first, second, third]);
  });

  test("what was there when somebody began is not read, though an open transaction keeps it behind the horizon", async () => {
    const [before, open, after] = [await startRun(), await startRun(), await startRun()];
    await using slow = await openRawClient(world.connectionString, "slow writer");
    await slow.query("begin");
    await slow.query("select pg_current_xact_id()");
    await world.storage.events.append({ runId: before, attempt: 1, entries: [runSuccess] });
    const start = await world.storage.events.streamEnd();
    expect(await world.storage.events.streamLag(start, types)).toMatchObject({ unread: 0 });
    await world.storage.events.append({ runId: after, attempt: 1, entries: [runSuccess] });
    await slow.query(
      `insert into dagwright.event_stream (id, type, run_id, seq) values (nextval('dagwright.event_ids'), 'RUN_SUCCESS', '${open}', 2)`,
    );
    const early = await world.storage.events.readStream(start, { types, limit: 100 });
    expect(early).toMatchObject({ entries: [], isHeldUp: true });
    await slow.query("commit");
    const { entries, cursor } = await readUntil(early.cursor, (entry) => entry.runId === after, 1);
    expect(entries.map((entry) => entry.runId)).toEqual([open, after]);
    // Once all that was open then has been read, nothing has to be remembered of it.
    const last = await startRun();
    await world.storage.events.append({ runId: last, attempt: 1, entries: [runSuccess] });
    expect((await readUntil(cursor, (entry) => entry.runId === last)).cursor).toMatch(/^\d+:\d+$/);
  });

  test("the transaction that holds the horizon is named", async () => {
    await using slow = await openRawClient(world.connectionString, "slow writer");
    await slow.query("begin");
    await slow.query("select pg_current_xact_id()");
    const horizonIsSlows = async () => {
      const page = await world.storage.events.readStream(null, { types, limit: 1 });
      return page.blocker?.startsWith("slow writer (pid ") === true && page.lagMs > 0;
    };
    // Other suites' transactions that are older still may hold it for a moment.
    await expect.poll(horizonIsSlows, { timeout: 20_000 }).toBe(true);
    await slow.query("commit");
  });

  test("pages follow one another without loss or double, and each entry is whole", async () => {
    const start = await world.storage.events.streamEnd();
    const runs = [await startRun(), await startRun()];
    await world.storage.events.append({
      runId: runs[0]!,
      attempt: 1,
      entries: [materialization(["a"]), logLine("not here"), materialization(["b"], "p")],
    });
    await world.storage.events.append({ runId: runs[1]!, attempt: 1, entries: [materialization(["c"]), runFailure] });
    await world.storage.assets.report([materialization(["reported"]) as never]);
    await world.storage.events.append({ runId: runs[0]!, attempt: 1, entries: [runSuccess] });
    const { entries, cursor } = await readUntil(start, (entry) => entry.type === "RUN_SUCCESS" && entry.runId === runs[0], 2);
    expect(entries).toEqual([
      { ...materialization(["a"]), runId: runs[0], seq: 3 },
      { ...materialization(["b"], "p"), runId: runs[0], seq: 5 },
      { ...materialization(["c"]), runId: runs[1], seq: 3 },
      { ...runFailure, runId: runs[1], seq: 4 },
      { ...materialization(["reported"]), runId: "", seq: 0 },
      { ...runSuccess, runId: runs[0], seq: 6 },
    ]);
    expect((await world.storage.events.readStream(cursor, { types, limit: 10 })).entries).toEqual([]);
  });

  test("writers at the same time lose nothing", async () => {
    const start = await world.storage.events.streamEnd();
    const runs = await Promise.all(Array.from({ length: 20 }, startRun));
    const seen: RunId[] = [];
    const reading = (async () => {
      let cursor = start;
      while (seen.length < runs.length) {
        const page = await world.storage.events.readStream(cursor, { types: ["RUN_SUCCESS"], limit: 3 });
        seen.push(...page.entries.map((entry) => entry.runId));
        cursor = page.cursor;
      }
    })();
    await Promise.all(runs.map((run) => world.storage.events.append({ runId: run, attempt: 1, entries: [runSuccess] })));
    await reading;
    expect(seen.toSorted()).toEqual(runs.toSorted());
  });

  test("a foreign cursor and a type that the stream does not carry are refused by name", async () => {
    await expect(world.storage.events.readStream("yesterday", { types, limit: 1 })).rejects.toThrow(StreamCursorError);
    await expect(world.storage.events.readStream(null, { types: ["STEP_START"], limit: 1 })).rejects.toThrow(StreamTypeError);
  });
});
