import { holderId, type RunId, type RunStatus, systemTags } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { newRun, runCanceled, runStart, runSuccess } from "../testing/new-run.ts";
import { openRawClient, untilSomebodyWaits } from "../testing/raw-client.ts";
import { worldOf } from "../testing/ways-in.ts";
import type { QueueState } from "./run-store.ts";

const all = (state: QueueState): readonly RunId[] => state.queued.map((run) => run.id);

describe("four daemons at once", () => {
  const world = worldOf(false);

  test("launch each of 100 queued runs once, and never more than the limit together", async () => {
    const claims = await world.storage.runs.submit(
      Array.from({ length: 100 }, () => newRun()),
      { kind: "queue" },
    );
    const daemons = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 1 })));
    const limit = 7;
    const launched: RunId[] = [];
    let most = 0;
    await Promise.all(
      daemons.map(async (daemon, index) => {
        while (launched.length < 100) {
          const taken = await daemon.runs.dequeue(holderId(`daemon-${index}`), 60_000, (state) => {
            most = Math.max(most, state.running);
            expect(state.runningTags).toHaveLength(state.running);
            return all(state).slice(0, Math.min(3, limit - state.running));
          });
          launched.push(...taken.map((claim) => claim.run.id));
          for (const claim of taken) {
            expect(claim).toMatchObject({ run: { status: "STARTING" }, fence: 1 });
            await daemon.events.append({ runId: claim.run.id, attempt: 1, entries: [runStart, runSuccess] });
          }
        }
      }),
    );
    expect(launched.toSorted()).toEqual(claims.map((claim) => claim.run.id).toSorted());
    expect(most).toBeLessThanOrEqual(limit);
    const first = await world.storage.events.read(launched[0]!, { afterSeq: 0, limit: 10 });
    expect(first.map((entry) => entry.type)).toEqual([
      "RUN_ENQUEUED",
      "RUN_DEQUEUED",
      "RUN_STARTING",
      "RUN_START",
      "RUN_SUCCESS",
    ]);
  });
});

describe("the queue", () => {
  const world = worldOf(false);
  const statusOf = async (id: RunId): Promise<RunStatus> => (await world.storage.runs.get(id)).status;

  test("is ordered by priority, then by time, and read in part", async () => {
    const submit = async (priority?: string): Promise<RunId> => {
      const tags = priority === undefined ? {} : { [systemTags.priority]: priority };
      return (await world.storage.runs.submit([newRun({ tags })], { kind: "queue" }))[0]!.run.id;
    };
    const ids = [await submit(), await submit("-1"), await submit("5"), await submit("none"), await submit("5")];
    const order = [ids[2], ids[4], ids[0], ids[3], ids[1]];
    let seen: QueueState | undefined;
    await world.storage.runs.dequeue(holderId("d"), 1_000, (state) => ((seen = state), []));
    expect(seen?.queued.map((run) => run.id)).toEqual(order);
    expect(seen?.queued[0]).toMatchObject({
      jobName: "process_numbers",
      location: "numbers",
      priority: 5,
      tags: { [systemTags.priority]: "5" },
    });
    await world.storage.runs.dequeue(holderId("d"), 1_000, (state) => ((seen = state), []), { readAtMost: 2 });
    expect(seen?.queued).toHaveLength(2);
    const taken = await world.storage.runs.dequeue(holderId("d"), 60_000, (state) => all(state).toReversed());
    expect(taken.map((claim) => claim.run.id)).toEqual(order.toReversed());
    expect(await world.storage.runs.claimLaunches(holderId("sweeper"), 10, 1_000)).toEqual([]);
  });

  test("a run that was canceled is not launched, whatever was decided", async () => {
    const [gone, waiting] = await world.storage.runs.submit([newRun(), newRun()], { kind: "queue" });
    await world.storage.events.append({ runId: gone!.run.id, attempt: null, entries: [runCanceled] });
    const taken = await world.storage.runs.dequeue(holderId("d"), 60_000, () => [gone!.run.id, waiting!.run.id]);
    expect(taken.map((claim) => claim.run.id)).toEqual([waiting!.run.id]);
    expect(await statusOf(gone!.run.id)).toBe("CANCELED");
  });

  test("is decided upon by one daemon at a time, each on what the one before has committed", async () => {
    const [first, second] = await world.storage.runs.submit([newRun(), newRun()], { kind: "queue" });
    await using other = await openRawClient(world.connectionString);
    await other.query("begin");
    await other.query("select 1 from dagwright.locks where name = 'run-queue' for update");
    const seen: (readonly RunId[])[] = [];
    const dequeued = world.storage.runs.dequeue(holderId("d"), 60_000, (state) => {
      seen.push(all(state));
      return all(state);
    });
    await untilSomebodyWaits(other);
    expect(seen).toEqual([]);
    await other.query(`update dagwright.runs set status = 'STARTING' where id = '${first!.run.id}'`);
    await other.query("commit");
    expect((await dequeued).map((claim) => claim.run.id)).toEqual([second!.run.id]);
    expect(seen).toEqual([[second!.run.id]]);
  });

  test("a decision that fails leaves the queue as it was and free for the next", async () => {
    const [queued] = await world.storage.runs.submit([newRun()], { kind: "queue" });
    const failing = world.storage.runs.dequeue(holderId("d"), 1_000, () => {
      throw new Error("bad decision");
    });
    await expect(failing).rejects.toThrow("bad decision");
    const taken = await world.storage.runs.dequeue(holderId("d"), 1_000, all);
    expect(taken.map((claim) => claim.run.id)).toEqual([queued!.run.id]);
  });
});
