import { randomUUID } from "node:crypto";
import {
  holderId,
  isLegalRunMove,
  type RunId,
  runId,
  type RunEvent,
  type RunStatus,
  runStatuses,
  stepKey,
} from "@dagwright/model";
import { expect, test } from "vitest";
import { IllegalRunMoveError, RunAttemptStaleError, RunFinishedError, RunNotFoundError } from "../errors.ts";
import { openRawClient, untilSomebodyWaits } from "../testing/raw-client.ts";
import {
  logLine,
  materialization,
  newRun,
  runCanceled,
  runCanceling,
  runEnqueued,
  runFailure,
  runStart,
  runStarting,
  runSuccess,
  stepStart,
} from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";

describeEachWay("append", (world) => {
  const startRun = async (): Promise<RunId> => {
    const { runs } = world.storage;
    const [claim] = await runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
    const { id } = claim!.run;
    await runs.beginWork({
      runId: id,
      attempt: 1,
      fence: claim!.fence,
      worker: { pid: 1 },
      leaseMs: 60_000,
      entries: [runStart],
    });
    return id;
  };
  const log = (id: RunId) => world.storage.events.read(id, { afterSeq: 0, limit: 10_000 });

  test("a status moves with its event", async () => {
    const id = await startRun();
    const seq = await world.storage.events.append({
      runId: id,
      attempt: 1,
      entries: [stepStart("a"), logLine("working"), runSuccess],
    });
    expect(seq).toBe(5);
    expect((await world.storage.runs.get(id)).status).toBe("SUCCESS");
    expect((await log(id)).map((entry) => [entry.seq, entry.type])).toEqual([
      [1, "RUN_STARTING"],
      [2, "RUN_START"],
      [3, "STEP_START"],
      [4, "LOG_LINE"],
      [5, "RUN_SUCCESS"],
    ]);
  });

  test("what was appended is read back as it was", async () => {
    const id = await startRun();
    const entries = [
      { ...stepStart("a"), atMs: 1_763_686_800_123.456 },
      logLine("line"),
      materialization(["warehouse", "numbers"], "2026-01-01"),
      {
        type: "STEP_FAILURE",
        atMs: 5,
        message: "failed",
        stepKey: stepKey("a"),
        errorSource: "USER_CODE_ERROR",
        error: { message: "nul \0 and half \ud800", name: "Error", stack: ["at x"] },
        failureMetadata: {},
      } satisfies RunEvent,
    ];
    await world.storage.events.append({ runId: id, attempt: 1, entries });
    const read = await world.storage.events.read(id, { afterSeq: 2, limit: 100 });
    expect(read).toEqual(entries.map((entry, index) => ({ ...entry, runId: id, seq: 3 + index })));
  });

  test("a zombie's batch is refused after FAILURE", async () => {
    const id = await startRun();
    await world.storage.events.append({ runId: id, attempt: null, entries: [runFailure] });
    const refused = world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("still here")] });
    await expect(refused).rejects.toThrow(RunFinishedError);
    expect((await log(id)).at(-1)?.type).toBe("RUN_FAILURE");
    await expect(world.storage.events.append({ runId: id, attempt: null, entries: [runSuccess] })).rejects.toThrow(
      RunFinishedError,
    );
  });

  test("a batch of an earlier attempt is refused after a resume", async () => {
    const id = await startRun();
    await world.storage.events.append({ runId: id, attempt: null, entries: [runStarting] });
    expect(await world.storage.runs.get(id)).toMatchObject({ status: "STARTING", attempt: 2 });
    await expect(world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("late")] })).rejects.toThrow(
      RunAttemptStaleError,
    );
    expect(await world.storage.runs.renewLease(id, 1, 1_000)).toBeNull();
    // The second attempt's launch is due for whoever sweeps.
    const claims = await world.storage.runs.claimLaunches(holderId("sweeper"), 1_000, 60_000);
    expect(claims.map((claim) => claim.run.id)).toContain(id);
  });

  test("only legal moves are made, from every status to every other", async () => {
    const events: Readonly<Partial<Record<RunStatus, RunEvent>>> = {
      QUEUED: runEnqueued,
      STARTING: runStarting,
      STARTED: runStart,
      SUCCESS: runSuccess,
      FAILURE: runFailure,
      CANCELING: runCanceling,
      CANCELED: runCanceled,
    };
    await using raw = await openRawClient(world.connectionString);
    for (const from of runStatuses) {
      for (const [to, event] of Object.entries(events) as [RunStatus, RunEvent][]) {
        const [claim] = await world.storage.runs.submit([newRun()], { kind: "hold" });
        const { id } = claim!.run;
        await raw.query({ text: "update dagwright.runs set status = $1 where id = $2", values: [from, id] });
        const outcome = await world.storage.events
          .append({ runId: id, attempt: null, entries: [event] })
          .catch((error: Error) => error);
        if (isLegalRunMove(from, to)) expect(outcome, `${from} to ${to}`).toBe(1);
        else
          expect(outcome, `${from} to ${to}`).toBeInstanceOf(
            ["SUCCESS", "FAILURE", "CANCELED"].includes(from) ? RunFinishedError : IllegalRunMoveError,
          );
        expect((await world.storage.runs.get(id)).status).toBe(isLegalRunMove(from, to) ? to : from);
        expect(await log(id)).toHaveLength(isLegalRunMove(from, to) ? 1 : 0);
      }
    }
  });

  test("a batch that walks through several statuses is written whole or not at all", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
    const { id } = claim!.run;
    const illegal = world.storage.events.append({ runId: id, attempt: 1, entries: [runSuccess, runStart] });
    await expect(illegal).rejects.toThrow(IllegalRunMoveError);
    expect(await log(id)).toHaveLength(1);
    expect(await world.storage.events.append({ runId: id, attempt: 1, entries: [runStart, runSuccess] })).toBe(3);
  });

  test("onlyFrom refuses what has moved on meanwhile", async () => {
    const id = await startRun();
    const launch = world.storage.events.append({ runId: id, attempt: null, entries: [runFailure], onlyFrom: ["STARTING"] });
    await expect(launch).rejects.toThrow(/cannot go from STARTED to FAILURE \(asked only from STARTING\)/);
  });

  test("an unknown run is named", async () => {
    const unknown = runId(randomUUID());
    await expect(world.storage.events.append({ runId: unknown, attempt: null, entries: [logLine("x")] })).rejects.toThrow(
      RunNotFoundError,
    );
    await expect(world.storage.events.append({ runId: runId("no uuid"), attempt: null, entries: [] })).rejects.toThrow(
      RunNotFoundError,
    );
  });

  test("a batch that is sent again is written once, also when it ended the run and also when both arrive at once", async () => {
    const id = await startRun();
    const batch = { runId: id, attempt: 1, entries: [logLine("once"), runSuccess], batchId: randomUUID() };
    const other = await world.open();
    const seqs = await Promise.all([
      world.storage.events.append(batch),
      other.events.append(batch),
      world.storage.events.append(batch),
    ]);
    expect(seqs).toEqual([4, 4, 4]);
    expect(await world.storage.events.append(batch)).toBe(4);
    expect(await log(id)).toHaveLength(4);
  });

  test("writers at the same time leave no gap and no double over events and log lines together", async () => {
    const id = await startRun();
    const writers = [world.storage, await world.open({ maxConnections: 2 }), await world.open({ maxConnections: 2 })];
    await Promise.all(
      writers.flatMap((storage, writer) =>
        Array.from({ length: 30 }, (_, batch) =>
          storage.events.append({
            runId: id,
            attempt: 1,
            entries: [logLine(`${writer} ${batch}`), stepStart(`s${batch}`), logLine("end")],
          }),
        ),
      ),
    );
    const entries = await log(id);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 2 + 3 * 30 * 3 }, (_, index) => index + 1));
    // A batch stays together.
    for (let first = 2; first < entries.length; first += 3) {
      expect(entries.slice(first, first + 3).map((entry) => entry.type)).toEqual(["LOG_LINE", "STEP_START", "LOG_LINE"]);
    }
  });

  test("a batch waits for the run's row and then sees what was committed", async () => {
    const id = await startRun();
    await using raw = await openRawClient(world.connectionString);
    await raw.query("begin");
    await raw.query(`update dagwright.runs set status = 'FAILURE' where id = '${id}'`);
    const late = world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("late")] });
    // Waited for below; until then nobody else may take it for unhandled.
    late.catch(() => undefined);
    await untilSomebodyWaits(raw);
    await raw.query("commit");
    await expect(late).rejects.toThrow(RunFinishedError);
  });

  test("a log line of 1 MB and one with every odd character are kept", async () => {
    const id = await startRun();
    const long = "é".repeat(512 * 1024);
    const odd = "nul \0 dle \u0010 half \ud83d other half \ude00 emoji \u{1f600} esc \u001b[31m";
    await world.storage.events.append({ runId: id, attempt: 1, entries: [logLine(long), logLine(odd)] });
    const [first, second] = await world.storage.events.read(id, { afterSeq: 2, limit: 2 });
    expect(first?.message === long).toBe(true);
    expect(second?.message).toBe(odd);
  });

  test("pages, types, steps and levels narrow a log", async () => {
    const id = await startRun();
    await world.storage.events.append({
      runId: id,
      attempt: 1,
      entries: [
        stepStart("a"),
        { ...logLine("one"), stepKey: stepKey("a") },
        { ...logLine("two"), level: "ERROR" },
        stepStart("b"),
        runSuccess,
      ],
    });
    const read = async (page: object) =>
      (await world.storage.events.read(id, { afterSeq: 0, limit: 100, ...page })).map((entry) => entry.seq);
    expect(await read({ afterSeq: 2, limit: 2 })).toEqual([3, 4]);
    expect(await read({ types: ["LOG_LINE"] })).toEqual([4, 5]);
    expect(await read({ types: ["STEP_START", "RUN_SUCCESS"] })).toEqual([3, 6, 7]);
    expect(await read({ types: [] })).toEqual([]);
    expect(await read({ types: ["LOG_LINE"], levels: ["ERROR"] })).toEqual([5]);
    expect(await read({ stepKeys: ["a"] })).toEqual([3, 4]);
    const types = await world.storage.events.readTypes([id], ["STEP_START"]);
    expect(types.map((entry) => entry.stepKey)).toEqual(["a", "b"]);
  });

  test("steps' times and outcomes come from their events", async () => {
    const id = await startRun();
    const step = (type: string, key: string, atMs: number) => ({ type, stepKey: stepKey(key), atMs, message: "" }) as RunEvent;
    await world.storage.events.append({
      runId: id,
      attempt: 1,
      entries: [
        step("STEP_START", "a", 10),
        step("STEP_UP_FOR_RETRY", "a", 20),
        step("STEP_RESTARTED", "a", 30),
        step("STEP_SUCCESS", "a", 40),
        step("STEP_START", "b", 15),
        step("STEP_SKIPPED", "c", 50),
        step("STEP_START", "d", 60),
        step("STEP_FAILURE", "d", 61),
      ],
    });
    expect(await world.storage.events.stepStats([id])).toEqual([
      { runId: id, stepKey: "a", status: "SUCCESS", startedAtMs: 10, endedAtMs: 40, attempts: 2 },
      { runId: id, stepKey: "b", status: "IN_PROGRESS", startedAtMs: 15, endedAtMs: null, attempts: 1 },
      { runId: id, stepKey: "c", status: "SKIPPED", startedAtMs: null, endedAtMs: 50, attempts: 0 },
      { runId: id, stepKey: "d", status: "FAILURE", startedAtMs: 60, endedAtMs: 61, attempts: 1 },
    ]);
  });
});
