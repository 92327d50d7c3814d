import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { assetKeyToUserString, type RunLogEntry, type TypeCheck } from "@dagwright/model";
import type { InProcessResult } from "dagwright";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import type { EventProgram } from "./cases.ts";

interface CaseEvents {
  readonly success: boolean;
  readonly steps: Readonly<Record<string, readonly string[]>>;
}
type DagsterAnswer = Readonly<Record<string, CaseEvents>> | { readonly error: string };

/** Ours only, or about how a run is carried out rather than about what it does. */
const left = new Set<string>([
  "ENGINE_EVENT",
  "LOG_LINE",
  "LOGS_CAPTURED",
  "STEP_WORKER_STARTING",
  "STEP_WORKER_STARTED",
  "RESOURCE_INIT_STARTED",
  "RESOURCE_INIT_SUCCESS",
  "ASSET_MATERIALIZATION_PLANNED",
  "ASSET_CHECK_EVALUATION_PLANNED",
  "ASSET_FAILED_TO_MATERIALIZE",
]);

const folder = join(import.meta.dirname, "programs");
const names = globSync("*.ts", { cwd: folder })
  .map((file) => basename(file, ".ts"))
  .sort();

describeWithEngine("python", "events of a run, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const paths = names.map((name) => join(folder, `${name}.py`));
  const asked = spawnSync(DAGSTER_PYTHON, [join(import.meta.dirname, "dagster_events.py"), ...paths], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${DAGSTER_PYTHON} could not run the programs: ${asked.stderr}`);
  const answers = JSON.parse(asked.stdout) as Readonly<Record<string, DagsterAnswer>>;

  test.each(names)("%s", async (name) => {
    const dagster = answers[join(folder, `${name}.py`)]!;
    if ("error" in dagster && typeof dagster.error === "string") throw new Error(dagster.error);
    const { cases, differences = {} } = (await import(join(folder, `${name}.ts`))) as EventProgram;
    expect(Object.keys(cases)).toEqual(Object.keys(dagster));
    for (const [title, run] of Object.entries(cases)) {
      const asked = (dagster as Readonly<Record<string, CaseEvents>>)[title]!;
      const theirs = comparable(asked);
      const ours = comparable(withoutAbandoned(linesOf(await run()), asked));
      const { onlyDagster = [], onlyOurs = [] } = differences[title] ?? {};
      expect([...theirs, ...onlyOurs].sort(), title).toEqual([...ours, ...onlyDagster].sort());
    }
  });
});

/** One line for each event, with its place among its step's events, so that order within a step counts. */
function comparable({ success, steps }: CaseEvents): readonly string[] {
  const lines = Object.entries(steps).flatMap(([step, events]) =>
    events.filter((line) => !left.has(line.split(" ")[0]!)).map((line, index) => `${step} ${index + 1} ${line}`),
  );
  return [`run ${success ? "SUCCESS" : "FAILURE"}`, ...lines];
}

/** Dagster only logs a line about a step that an upstream failure keeps from running; here it has an event, `STEP_SKIPPED`. */
function withoutAbandoned({ success, steps }: CaseEvents, dagster: CaseEvents): CaseEvents {
  const isAbandoned = (step: string, events: readonly string[]): boolean =>
    !success && !(step in dagster.steps) && events.length === 1 && events[0] === "STEP_SKIPPED";
  return { success, steps: Object.fromEntries(Object.entries(steps).filter(([step, events]) => !isAbandoned(step, events))) };
}

function linesOf(result: InProcessResult): CaseEvents {
  const steps: Record<string, string[]> = {};
  for (const event of result.events) {
    if (event.stepKey !== null) (steps[event.stepKey] ??= []).push([event.type, ...details(event)].join(" "));
  }
  return { success: result.success, steps };
}

const outcome = ({ success }: TypeCheck): string => (success ? "ok" : "bad");

function details(event: RunLogEntry): readonly string[] {
  switch (event.type) {
    case "STEP_INPUT":
      return [event.inputName, outcome(event.typeCheck)];
    case "STEP_OUTPUT":
      return [event.outputName + (event.mappingKey === null ? "" : `[${event.mappingKey}]`), outcome(event.typeCheck)];
    case "HANDLED_OUTPUT":
      return [event.outputName];
    case "LOADED_INPUT":
      return [event.inputName];
    case "STEP_UP_FOR_RETRY": {
      const seconds = event.secondsToWait ?? 0;
      return [Number.isInteger(seconds) ? `${seconds}.0` : String(seconds)];
    }
    case "ASSET_MATERIALIZATION":
    case "ASSET_OBSERVATION":
      return [assetKeyToUserString(event.assetKey), event.partition ?? "-"];
    case "ASSET_CHECK_EVALUATION":
      return [assetKeyToUserString(event.assetKey), event.checkName, event.success ? "passed" : "failed", event.severity];
    default:
      return [];
  }
}
