import { codeLocationName, holderId, type JobSnapshot, type RunId, type RunStatus, systemTags } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { RunNotQueuedError } from "../errors.ts";
import { jobSnapshot, newRun, runCanceled, runFailure, runStart, runSuccess } from "../testing/new-run.ts";
import { pick, pickAll, runningIn } from "../testing/queue-decision.ts";
import { openRawClient, untilSomebodyWaits } from "../testing/raw-client.ts";
import { worldOf } from "../testing/ways-in.ts";
import type { Dequeued, QueuedRun, QueueSurvey } from "./run-queue.ts";
import type { NewRun, SubmitMode } from "./run-store.ts";

const dequeuer = { holder: holderId("d"), claimMs: 60_000 };
const idsOf = ({ launches }: Dequeued): RunId[] => launches.map(({ run }) => run.id);

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
    const decision = pick((runs, survey) => {
      most = Math.max(most, runningIn(survey));
      return runs.slice(0, Math.min(3, limit - runningIn(survey))).map(({ id }) => id);
    });
    await Promise.all(
      daemons.map(async (daemon, index) => {
        while (launched.length < 100) {
          const { launches } = await daemon.runs.dequeue({ ...dequeuer, holder: holderId(`daemon-${index}`) }, decision);
          launched.push(...launches.map((claim) => claim.run.id));
          for (const claim of launches) {
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
  const submit = async (overrides: Partial<NewRun> = {}): Promise<RunId> =>
    (await world.storage.runs.submit([newRun(overrides)], { kind: "queue" }))[0]!.run.id;
  const look = async (options: Parameters<typeof pick>[1] = {}): Promise<readonly QueuedRun[]> => {
    let seen: readonly QueuedRun[] = [];
    await world.storage.runs.dequeue(
      dequeuer,
      pick((runs) => ((seen = runs), []), options),
    );
    return seen;
  };

  test("is ordered by priority, then by time, and read in part", async () => {
    const withPriority = (priority: string) => submit({ tags: { [systemTags.priority]: priority } });
    const ids = [
      await submit(),
      await withPriority("-1"),
      await withPriority("5"),
      await withPriority("none"),
      await withPriority("5"),
    ];
    const order = [ids[2]!, ids[4]!, ids[0]!, ids[3]!, ids[1]!];
    const seen = await look({ limitedTags: [systemTags.priority] });
    expect(seen.map((run) => run.id)).toEqual(order);
    expect(seen[0]).toMatchObject({ location: "numbers", priority: 5, tags: { [systemTags.priority]: "5" }, pools: null });
    expect((await look({ perLine: 2 })).map((run) => run.id)).toEqual(order.slice(0, 2));
    const taken = await world.storage.runs.dequeue(
      dequeuer,
      pick((runs) => runs.map(({ id }) => id).toReversed()),
    );
    expect(idsOf(taken)).toEqual(order.toReversed());
    expect(await world.storage.runs.claimLaunches(holderId("sweeper"), 10, 1_000)).toEqual([]);
  });

  test("is read location by location, so that a long line hides no other", async () => {
    const first = await submit();
    await submit();
    const other = await submit({ location: codeLocationName("letters") });
    expect((await look({ perLine: 1 })).map(({ id }) => id).toSorted()).toEqual([first, other].toSorted());
    await world.storage.runs.dequeue(dequeuer, pickAll);
  });

  test("gives a run another priority, in the order, in its tags and in its log; not once it has left", async () => {
    const [early, late] = [await submit(), await submit({ tags: { a: "b" } })];
    const changed = await world.storage.runs.setPriority(late, 7);
    expect(changed.tags).toEqual({ a: "b", [systemTags.priority]: "7" });
    expect((await look()).map(({ id }) => id)).toEqual([late, early]);
    expect(await world.storage.runs.list({ tags: [{ key: systemTags.priority, values: ["7"] }] }, { limit: 10 })).toHaveLength(1);
    const log = await world.storage.events.read(late, { afterSeq: 0, limit: 10 });
    expect(log.at(-1)).toMatchObject({ type: "ENGINE_EVENT", message: "Priority in the queue changed from 0 to 7" });
    await world.storage.runs.dequeue(dequeuer, pickAll);
    await expect(world.storage.runs.setPriority(late, 1)).rejects.toThrow(RunNotQueuedError);
  });

  test("sets runs that wait for something apart, and reads their line by its front until told to look", async () => {
    const ids = [await submit(), await submit(), await submit({ tags: { [systemTags.priority]: "1" } })];
    const held = await world.storage.runs.dequeue(
      dequeuer,
      pick(() => [], { plan: () => ({ start: [], holdBack: ids.map((id) => ({ id, waitsFor: "tag x" })) }) }),
    );
    expect(held).toMatchObject({ moved: 3, launches: [], isWaiting: true });
    let survey: QueueSurvey | undefined;
    expect(await look({ look: (given) => ((survey = given), { perLine: 10, heldBack: [] }) })).toEqual([]);
    expect(survey?.heldBack).toMatchObject([{ waitsFor: "tag x", head: { id: ids[2] } }]);
    expect((await look()).map(({ id }) => id)).toEqual([ids[2], ids[0], ids[1]]);
    expect(idsOf(await world.storage.runs.dequeue(dequeuer, pickAll))).toHaveLength(3);
  });

  test("tells what runs by what the decision can tell apart", async () => {
    const database = await world.open();
    const given = await Promise.all([
      submit({ tags: { team: "a", run: "1" } }),
      submit({ tags: { team: "a", run: "2" } }),
      submit({ tags: { team: "b" } }),
    ]);
    await database.runs.dequeue(dequeuer, pickAll);
    let survey: QueueSurvey | undefined;
    await submit();
    await look({ limitedTags: ["team"], look: (state) => ((survey = state), null) });
    const byTeam = survey?.active.filter(({ tags }) => "team" in tags).toSorted((a, b) => b.count - a.count);
    expect(byTeam).toEqual([
      { location: "numbers", tags: { team: "a" }, pools: null, count: 2, isFresh: false },
      { location: "numbers", tags: { team: "b" }, pools: null, count: 1, isFresh: false },
    ]);
    const [place] = await database.runs.queuePlaces([given[0]], []);
    expect(place).toBeUndefined();
    await database.runs.dequeue(dequeuer, pickAll);
  });

  test("a run that was canceled is not launched, whatever was decided", async () => {
    const [gone, waiting] = [await submit(), await submit()];
    await world.storage.events.append({ runId: gone, attempt: null, entries: [runCanceled] });
    const taken = await world.storage.runs.dequeue(
      dequeuer,
      pick(() => [gone, waiting]),
    );
    expect(idsOf(taken)).toEqual([waiting]);
    expect(await statusOf(gone)).toBe("CANCELED");
  });

  test("is decided upon by one daemon at a time, each on what the one before has committed", async () => {
    const [first, second] = [await submit(), await submit()];
    await using other = await openRawClient(world.connectionString);
    await other.query("begin");
    await other.query("select 1 from dagwright.locks where name = 'run-queue' for update");
    const seen: (readonly RunId[])[] = [];
    const decision = pick((runs) => {
      seen.push(runs.map(({ id }) => id));
      return runs.map(({ id }) => id);
    });
    const dequeued = world.storage.runs.dequeue(dequeuer, decision);
    await untilSomebodyWaits(other);
    expect(seen).toEqual([]);
    await other.query(`update dagwright.runs set status = 'STARTING' where id = '${first}'`);
    await other.query("commit");
    expect(idsOf(await dequeued)).toEqual([second]);
    expect(seen).toEqual([[second]]);
  });

  test("a decision that fails leaves the queue as it was and free for the next", async () => {
    const queued = await submit();
    const failing = world.storage.runs.dequeue(
      dequeuer,
      pick(() => {
        throw new Error("bad decision");
      }),
    );
    await expect(failing).rejects.toThrow("bad decision");
    expect(idsOf(await world.storage.runs.dequeue(dequeuer, pickAll))).toEqual([queued]);
  });
});

describe("jobs that say what to do while another run is under way", () => {
  const world = worldOf(false);
  const direct = { kind: "launch", holder: holderId("w"), claimMs: 60_000 } as const satisfies SubmitMode;
  const jobThat = (policy: "skip" | "queue" | "replace", name: string, per: "job" | "partition" = "job"): JobSnapshot => ({
    ...jobSnapshot,
    name,
    whenRunning: { policy, per },
  });
  const runOf = (job: JobSnapshot, overrides: Partial<NewRun> = {}): NewRun =>
    newRun({ jobName: job.name, jobSnapshot: job, ...overrides });
  const submit = async (run: NewRun, mode: SubmitMode = { kind: "queue" }) =>
    (await world.storage.runs.submit([run], mode))[0]!.run;
  const statusOf = async (id: RunId): Promise<RunStatus> => (await world.storage.runs.get(id)).status;
  const end = (id: RunId) => world.storage.events.append({ runId: id, attempt: null, entries: [runFailure] });

  test("skip: it is recorded as canceled with the reason, and once the other one has ended the next one starts", async () => {
    const job = jobThat("skip", "skips");
    const first = await submit(runOf(job), direct);
    const second = await submit(runOf(job), direct);
    expect([first.status, second.status]).toEqual(["STARTING", "CANCELED"]);
    const log = await world.storage.events.read(second.id, { afterSeq: 0, limit: 10 });
    expect(log).toMatchObject([
      {
        type: "RUN_CANCELED",
        message: `Not started: run ${first.id} is STARTING, and job "skips" skips runs while one is under way`,
      },
    ]);
    expect(second.endedAtMs).not.toBeNull();
    await end(first.id);
    expect((await submit(runOf(job))).status).toBe("QUEUED");
    expect((await submit(runOf(job))).status).toBe("CANCELED");
  });

  test("of many submitted at once, by several processes and in one statement, one starts", async () => {
    const job = jobThat("skip", "crowded");
    const servers = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 2 })));
    const submitted = await Promise.all(
      Array.from({ length: 12 }, (_, index) => servers[index % 4]!.runs.submit([runOf(job), newRun(), runOf(job)], direct)),
    );
    const ofJob = submitted.flat().filter(({ run }) => run.jobName === "crowded");
    expect(ofJob.map(({ run }) => run.status).filter((status) => status !== "CANCELED")).toEqual(["STARTING"]);
    expect(submitted.flat().filter(({ run }) => run.jobName !== "crowded" && run.status === "STARTING")).toHaveLength(12);
  });

  test("by partition: only runs for the same partition count", async () => {
    const job = jobThat("skip", "daily", "partition");
    const of = (partition: string) => submit(runOf(job, { partition, tags: { [systemTags.partition]: partition } }), direct);
    expect([(await of("mon")).status, (await of("tue")).status, (await of("mon")).status]).toEqual([
      "STARTING",
      "STARTING",
      "CANCELED",
    ]);
  });

  test("queue: it waits although it was to be launched at once, and no decision can start it beside the other one", async () => {
    const job = jobThat("queue", "waits");
    const first = await submit(runOf(job), direct);
    const second = await submit(runOf(job), direct);
    expect([first.status, second.status]).toEqual(["STARTING", "QUEUED"]);
    await expect(
      world.storage.runs.dequeue(
        dequeuer,
        pick(() => [second.id]),
      ),
    ).rejects.toThrow("runs_one_active");
    expect(await statusOf(second.id)).toBe("QUEUED");
    await end(first.id);
    expect(
      idsOf(
        await world.storage.runs.dequeue(
          dequeuer,
          pick(() => [second.id]),
        ),
      ),
    ).toEqual([second.id]);
  });

  test("replace: the queue is told who waits to take whose place, and cancels those that newer ones stand for", async () => {
    const job = jobThat("replace", "replaces");
    const [first, second, third] = [await submit(runOf(job), direct), await submit(runOf(job)), await submit(runOf(job))];
    let survey: QueueSurvey | undefined;
    const dequeued = await world.storage.runs.dequeue(
      dequeuer,
      pick(() => [], {
        replace: (given) => {
          survey = given;
          return { cancel: [{ id: second.id, message: "replaced" }], terminate: [{ id: first.id, by: third.id }] };
        },
      }),
    );
    const key = JSON.stringify(["numbers", "replaces"]);
    expect(survey?.replacing.filter((run) => run.key === key).map(({ id }) => id)).toEqual([second.id, third.id]);
    expect(survey?.exclusive).toContainEqual({ id: first.id, key, status: "STARTING" });
    expect(dequeued.terminate).toEqual([{ id: first.id, by: third.id }]);
    expect(await statusOf(second.id)).toBe("CANCELED");
    expect((await world.storage.events.read(second.id, { afterSeq: 0, limit: 10 })).at(-1)).toMatchObject({
      message: "replaced",
    });
  });
});
