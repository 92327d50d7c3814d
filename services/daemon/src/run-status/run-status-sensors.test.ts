import {
  type EvaluationResult,
  holderId,
  instigatorIdOf,
  type RunId,
  type RunReaction,
  type RunStatusChange,
  type SensorSnapshot,
  systemTags,
} from "@dagwright/model";
import { EvaluationTimeoutError } from "@dagwright/rpc";
import type { Storage } from "@dagwright/storage";
import { expect, test } from "vitest";
import { declaredInstigators } from "../instigator-sync.ts";
import { createSensorLoop } from "../loops/sensors.ts";
import type { Loop } from "../loop.ts";
import {
  type LocationCode,
  locationName,
  newJobRun,
  request,
  result,
  sensor,
  serveLocation,
} from "../testing/served-location.ts";
import { openTestStorage } from "../testing/test-storage.ts";
import { ChangedStatuses } from "./changed-statuses.ts";

const never = new AbortController().signal;
const alarm = (overrides: Partial<SensorSnapshot["monitoredRuns"]> = {}): SensorSnapshot =>
  sensor({
    name: "alarm",
    sensorType: "RUN_STATUS",
    monitoredRuns: { eventType: "RUN_FAILURE", allLocations: false, jobs: [], isEventDriven: true, ...overrides },
  });
const id = instigatorIdOf(locationName, "alarm");

interface World {
  readonly storage: Storage;
  readonly loop: Loop;
  readonly changed: ChangedStatuses;
  /** Passes until nothing is due. */
  settle(): Promise<void>;
}

/** A loop over one run status sensor, which has had its first tick. */
async function watching(
  react: (changes: readonly RunStatusChange[]) => readonly Partial<RunReaction>[] | Promise<readonly Partial<RunReaction>[]>,
  snapshot = alarm(),
): Promise<World> {
  const storage = await openTestStorage();
  const code: LocationCode = {
    sensors: [snapshot],
    async evaluate(_, context): Promise<EvaluationResult> {
      const changes = context["statusChanges"] as unknown as readonly RunStatusChange[];
      const reactions = (await react(changes)).map((one) => ({ runRequests: [], skipReason: null, error: null, ...one }));
      return { ...result(), reactions };
    },
  };
  const workspace = serveLocation(code);
  const nowMs = await storage.nowMs();
  await storage.instigators.sync(locationName, declaredInstigators(locationName, workspace.entries()[0]!.snapshot!, nowMs));
  const changed = new ChangedStatuses();
  const loop = createSensorLoop({
    storage,
    workspace,
    holder: holderId("daemon"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    changedStatuses: changed,
  });
  const settle = async (): Promise<void> => {
    while ((await loop.runOnce(never)).handled > 0) await loop.drain?.();
  };
  await settle();
  return { storage, loop, changed, settle };
}

/** Runs that have failed, one after the other. */
async function failRuns(
  storage: Storage,
  count: number,
  overrides: Parameters<typeof newJobRun>[0] = {},
): Promise<readonly RunId[]> {
  const claims = await storage.runs.submit(
    Array.from({ length: count }, () => newJobRun(overrides)),
    { kind: "launch", holder: holderId("h"), claimMs: 60_000 },
  );
  for (const { run } of claims)
    await storage.events.append({
      runId: run.id,
      attempt: null,
      entries: [{ type: "RUN_FAILURE", atMs: 1, stepKey: null, message: "failed", error: null, reason: "RUN_EXCEPTION" }],
    });
  return claims.map(({ run }) => run.id);
}

/** What a daemon does when it is notified that a run has failed. The horizon may wait for other suites' transactions for a while. */
async function notified({ storage, changed, settle }: World, until: () => boolean | Promise<boolean>): Promise<void> {
  changed.note("FAILURE");
  do {
    await settle();
    const waitMs = ((await storage.instigators.nextDueAtMs("SENSOR", [locationName])) ?? 0) - (await storage.nowMs());
    if (!(await until())) {
      // Only its horizon keeps it waiting; its interval is half a minute.
      expect(waitMs).toBeLessThan(1_000);
      await new Promise((resolve) => setTimeout(resolve, Math.max(10, waitMs)));
    }
  } while (!(await until()));
}

test("the first tick begins at the end of the stream; a run that fails then is looked at once, as soon as it has", async () => {
  const seen: RunId[] = [];
  const world = await watching((changes) => {
    seen.push(...changes.map(({ run }) => run.id));
    return changes.map(() => ({}));
  });
  const [first] = await world.storage.instigators.ticks(id, { limit: 1 });
  expect(first).toMatchObject({
    status: "SKIPPED",
    skipReason: expect.stringMatching(/^Initiating alarm\. Set cursor to \d+:\d+$/) as string,
  });

  const failed = await failRuns(world.storage, 2);
  await notified(world, () => seen.length >= 2);
  expect(seen).toEqual(failed);
  const ticks = await world.storage.instigators.ticks(id, { limit: 10, statuses: ["SUCCESS"] });
  expect(ticks.toReversed().flatMap(({ originRunIds }) => originRunIds)).toEqual(failed);
  // The run says so itself, once, after its end.
  for (const runId of failed) {
    const log = await world.storage.events.read(runId, { afterSeq: 0, limit: 10 });
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(log.flatMap(({ type, message }) => (type === "ENGINE_EVENT" ? [message] : []))).toEqual([
      `Sensor "alarm" acted on run status FAILURE of run ${runId}.`,
    ]);
  }
  world.changed.note("FAILURE");
  await world.settle();
  expect(seen).toEqual(failed);
});

test("a change that its function fails holds up no other: the tick fails, what was asked for the others happens, nothing comes twice", async () => {
  const seen: RunId[] = [];
  const world = await watching(
    (changes) =>
      changes.map(({ run }, index) => {
        seen.push(run.id);
        if (index === 0) return { error: { name: "TypeError", message: "no such chat", stack: [] } };
        // The second of them asks for what cannot be.
        return { runRequests: [request(index === 1 ? { runConfig: { bad: 1 } } : { runKey: run.id })] };
      }),
    { ...alarm(), jobNames: ["nightly"] },
  );
  const failed = await failRuns(world.storage, 3);
  await notified(world, () => seen.length >= 3);
  const ticks = await world.storage.instigators.ticks(id, { limit: 10, statuses: ["FAILURE"] });
  expect(ticks.at(-1)?.error).toMatchObject({
    name: "TypeError",
    message: expect.stringContaining(`no such chat (for run ${failed[0]}`) as string,
  });
  await world.settle();
  expect(seen).toEqual(failed);
  const started = await world.storage.runs.list({ tags: [{ key: systemTags.sensorName, values: ["alarm"] }] }, { limit: 10 });
  expect(started.map(({ tags }) => tags[systemTags.runKey])).toEqual(seen.slice(2));
});

test("of several that bring the evaluator down one is found, told and passed; the others are looked at", async () => {
  const seen: RunId[] = [];
  const poison = { id: "" };
  const world = await watching((changes) => {
    if (changes.some(({ run }) => run.id === poison.id)) throw new EvaluationTimeoutError('Sensor "alarm"', 60_000);
    seen.push(...changes.map(({ run }) => run.id));
    return changes.map(() => ({}));
  });
  const failed = await failRuns(world.storage, 3);
  poison.id = failed[1]!;
  await notified(world, () => seen.length >= 2);
  expect(seen).toEqual([failed[0], failed[2]]);
  const [newest] = await world.storage.instigators.ticks(id, { limit: 1, statuses: ["FAILURE"] });
  expect(newest?.error?.message).toBe(
    `Sensor "alarm" did not finish within 60000 ms; its evaluation was ended (for run ${poison.id})`,
  );
});

test("changes beyond the time of an evaluation come with the next one", async () => {
  const seen: RunId[] = [];
  const sizes: number[] = [];
  const world = await watching((changes) => {
    sizes.push(changes.length);
    const [first] = changes;
    seen.push(first!.run.id);
    return [{}];
  });
  const failed = await failRuns(world.storage, 3);
  await notified(world, () => seen.length >= 3);
  expect(seen).toEqual(failed);
  expect(sizes.at(-1)).toBe(1);
});

test("a thousand failures are looked at in a few ticks, each once, in order", async () => {
  const seen: RunId[] = [];
  const world = await watching((changes) => {
    seen.push(...changes.map(({ run }) => run.id));
    return changes.map(() => ({}));
  });
  const failed = await failRuns(world.storage, 1_000);
  await notified(world, () => seen.length >= 1_000);
  expect(seen).toEqual(failed);
  const ticks = await world.storage.instigators.ticks(id, { limit: 100, statuses: ["SUCCESS"] });
  expect(ticks.length).toBeLessThan(30);
}, 120_000);

test("runs that none of its business are passed over without an evaluation", async () => {
  let evaluations = 0;
  const world = await watching(
    (changes) => {
      evaluations += 1;
      return changes.map(() => ({}));
    },
    alarm({ jobs: [{ location: "elsewhere", jobName: null }] }),
  );
  await failRuns(world.storage, 3);
  const before = (await world.storage.instigators.get(id))?.cursor;
  await notified(world, async () => (await world.storage.instigators.get(id))?.cursor !== before);
  expect(evaluations).toBe(0);
});
