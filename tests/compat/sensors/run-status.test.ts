import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildRepository, toLocationSnapshot } from "@dagwright/definitions";
import {
  codeLocationName,
  holderId,
  type InstigatorId,
  instigatorIdOf,
  type Run,
  type RunId,
  type RunLogEntry,
} from "@dagwright/model";
import type { Storage, StreamCursor } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { until } from "../../graphql.ts";
import { locationName, startStack } from "../../stack/stack.ts";
import project from "./run-status-program.ts";

type StatusEvent = "RUN_START" | "RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELED";

/** A run, and the events that bring it to its statuses. */
interface RunCase {
  readonly label: string;
  readonly job: "report" | "nightly";
  readonly location: string;
  readonly events: readonly StatusEvent[];
}

const runCase = (label: string, job: RunCase["job"], end: StatusEvent, location: string = locationName): RunCase => ({
  label,
  job,
  location,
  events: ["RUN_START", end],
});

/** What happens before the sensors come to rest, one step after the other. Labels begin with what the run is of. */
const steps = [
  { runs: [runCase("before", "report", "RUN_SUCCESS")], iterations: 2 },
  {
    runs: [
      runCase("r1", "report", "RUN_SUCCESS"),
      runCase("n1", "nightly", "RUN_FAILURE"),
      runCase("o1", "nightly", "RUN_SUCCESS", "other"),
      runCase("r2", "report", "RUN_SUCCESS"),
      runCase("o2", "nightly", "RUN_FAILURE", "other"),
      runCase("c1", "report", "RUN_CANCELED"),
      runCase("c2", "nightly", "RUN_CANCELED", "other"),
      runCase("n2", "nightly", "RUN_SUCCESS"),
      runCase("r3", "report", "RUN_SUCCESS"),
      runCase("f1", "report", "RUN_FAILURE"),
    ],
    iterations: 8,
  },
] as const;

/** What came of a sensor's ticks, in their order: Dagster takes a tick for each request, and we one for all that has happened. */
interface Told {
  readonly requests: readonly object[];
  /** Runs on which it acted, by label. */
  readonly actedOn: readonly string[];
  readonly skips: readonly string[];
  readonly errors: readonly string[];
}

interface Answers {
  readonly sensors: Readonly<Record<string, Told>>;
  /** Engine events in the logs of the runs, by label. */
  readonly told: Readonly<Record<string, readonly string[]>>;
}

function askDagster(python: string): Answers {
  const asked = spawnSync(python, [fileURLToPath(new URL("dagster_run_status.py", import.meta.url))], {
    input: JSON.stringify(steps),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as Answers;
}

const snapshot = toLocationSnapshot(buildRepository(project));
const jobs = new Map(snapshot.jobs.map((job) => [job.name, job]));
const sensors = new Map(snapshot.sensors.map((sensor) => [sensor.name, sensor]));

function entryOf(type: StatusEvent): RunLogEntry {
  const base = { atMs: Date.now(), stepKey: null, message: type === "RUN_FAILURE" ? "it failed" : "" };
  if (type === "RUN_START") return { ...base, type };
  return type === "RUN_FAILURE"
    ? { ...base, type, error: null, reason: "RUN_EXCEPTION" }
    : type === "RUN_CANCELED"
      ? { ...base, type, error: null }
      : { ...base, type };
}

async function report(storage: Storage, { label, job, location, events }: RunCase): Promise<RunId> {
  const run = prepareRun({
    location: codeLocationName(location),
    job: jobs.get(job)!,
    runConfig: {},
    tags: { label },
  });
  const [claim] = await storage.runs.submit([run], { kind: "launch", holder: holderId("test"), claimMs: 600_000 });
  for (const type of events) await storage.events.append({ runId: claim!.run.id, attempt: null, entries: [entryOf(type)] });
  return claim!.run.id;
}

const toRequest = ({ jobName, tags }: Run): object => ({
  job: jobName,
  of: tags["of"],
  runKey: tags["dagster/run_key"] ?? null,
  sensor: tags["dagster/sensor_name"],
});

const isInitial = (reason: string): boolean => reason.startsWith("Initiating ");
/** Dagster has words for a tick that came to nothing; ours has none. */
const ownSkips = ({ skips }: Told): readonly string[] =>
  skips.flatMap((reason) =>
    isInitial(reason) || reason === "Sensor function returned an empty result" ? [] : reason.split("; "),
  );

/**
 * Where ours acts on more, for a reason: a run for which something was asked for says so in its log and in the tick, since a tick of ours is about
 * many runs; and a run that fails the tick holds up none behind it, where Dagster gives it again for ever.
 */
const differences: Readonly<Record<string, { readonly actedOn: readonly string[] }>> = {
  asks_after_report: { actedOn: ["r1", "r2", "r3"] },
  asks_by_name: { actedOn: ["r1", "r2", "n2", "r3"] },
  asks_after_failure: { actedOn: ["n1", "f1"] },
  throws_at_second: { actedOn: ["r1", "r3"] },
};

const noteOf = (sensor: string, label: string): string =>
  `Sensor "${sensor}" acted on run status ${label.startsWith("f") || label === "n1" ? "FAILURE" : "SUCCESS"} of run ${label}.`;

describeWithEngine("python", "run status sensors beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test(
    "the same runs are told to the same sensors, in the same order, and the same is asked for",
    { timeout: 300_000 },
    async () => {
      const theirs = askDagster(DAGSTER_PYTHON);
      await using stack = await startStack({
        definitions: fileURLToPath(new URL("run-status-program.ts", import.meta.url)),
        // What sensors ask for stays in the queue.
        instanceFile: "run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: 0}}\n",
      });
      const { storage } = stack;
      const idOf = (name: string): InstigatorId => instigatorIdOf(codeLocationName(locationName), name);
      const names = [...sensors.keys()];
      const labels = new Map<RunId, string>();
      for (const { runs } of steps) {
        for (const each of runs) labels.set(await report(storage, each), each.label);
        for (const name of names) {
          const target = { id: idOf(name), kind: "SENSOR", location: codeLocationName(locationName), name } as const;
          if ((await storage.instigators.get(target.id))?.status !== "RUNNING")
            await storage.instigators.setStatus(target, "RUNNING", await storage.nowMs());
          const types = [sensors.get(name)!.monitoredRuns!.eventType];
          await until(`${name} has looked at everything`, async () => {
            const cursor = (await storage.instigators.get(target.id))?.cursor ?? null;
            if (cursor === null) return undefined;
            const unread = await storage.events.readStream(cursor as StreamCursor, { types, limit: 1 });
            return unread.entries.length === 0 && !unread.isHeldUp ? true : undefined;
          });
        }
      }
      const ours: Record<string, Told> = {};
      for (const name of names) {
        const ticks = (await storage.instigators.ticks(idOf(name), { limit: 200 })).toReversed();
        const runs = new Map((await storage.runs.getMany(ticks.flatMap(({ runIds }) => runIds))).map((run) => [run.id, run]));
        ours[name] = {
          requests: ticks.flatMap(({ runIds }) => runIds.map((id) => toRequest(runs.get(id)!))),
          actedOn: ticks.flatMap(({ originRunIds }) => originRunIds.map((id) => labels.get(id)!)),
          skips: ticks.flatMap(({ skipReason }) => skipReason ?? []),
          errors: ticks.flatMap(({ error }) => error?.message ?? []),
        };
      }
      for (const name of names) {
        const [our, their] = [ours[name]!, theirs.sensors[name]!];
        expect(our.requests, name).toEqual(their.requests);
        // Skips one after the other share a tick of ours, which shows the newest reason.
        expect(ownSkips(their), name).toEqual(expect.arrayContaining([...ownSkips(our)]));
        expect(our.errors.length > 0, name).toBe(their.errors.length > 0);
        expect(our.actedOn, name).toEqual(differences[name]?.actedOn ?? their.actedOn);
      }
      expect(ours["throws_at_second"]!.errors).toEqual([expect.stringMatching(/^cannot go on \(for run [0-9a-f-]{36}\)$/)]);
      expect(ours["sets_cursor"]!.errors[0]).toContain("cursor");
      expect(ours["asks_without_a_job"]!.errors[0]).toContain("asked for a run, and serves no job");
      expect(ours["asks_for_another_job"]!.errors[0]).toContain('"nightly"');
      for (const [id, label] of labels) {
        const notes = (await storage.events.readTypes([id], ["ENGINE_EVENT"])).map(({ message }) => message.replace(id, label));
        const more = names.filter(
          (name) => differences[name]?.actedOn.includes(label) && !theirs.sensors[name]!.actedOn.includes(label),
        );
        const noted = [...theirs.told[label]!, ...more.map((name) => noteOf(name, label))];
        expect(new Set(notes), label).toEqual(new Set(noted));
        expect(notes, label).toHaveLength(new Set(noted).size);
      }
    },
  );
});
