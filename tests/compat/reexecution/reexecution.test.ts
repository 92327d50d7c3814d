import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { planRetry } from "@dagwright/daemon";
import { PastRun, planResume } from "@dagwright/graph";
import type { RunLogEntry } from "@dagwright/model";
import { executeJob, instanceForTest, type InProcessResult } from "dagwright";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { type LossCase, losses, type ReexecutionCase, reexecutions, type RetryCase, retries } from "./cases.ts";
import { jobs } from "./program.ts";

interface Told {
  readonly success: boolean;
  /** Keys of the steps that began. */
  readonly started: readonly string[];
}

interface Resumed {
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** They are not executed because of those. */
  readonly abandoned: readonly string[];
  readonly retries: Readonly<Record<string, number>>;
}

interface Answers {
  /** Null: refused. */
  readonly reexecutions: readonly (readonly (Told | null)[])[];
  readonly losses: readonly Resumed[];
  readonly retries: readonly boolean[];
}

describeWithEngine("python", "what runs again after a failure, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const asked = spawnSync(DAGSTER_PYTHON, [join(import.meta.dirname, "dagster_reexecution.py"), import.meta.dirname], {
    input: JSON.stringify({ reexecutions, losses, retries }),
    encoding: "utf8",
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${DAGSTER_PYTHON} could not carry out the cases: ${asked.stderr}`);
  const dagster = JSON.parse(asked.stdout) as Answers;
  const titled = <Case extends object, Answer>(cases: readonly Case[], answers: readonly Answer[]) =>
    cases.map((one, index) => ({ one, title: JSON.stringify(one), answer: answers[index]! }));

  test.each(titled(reexecutions, dagster.reexecutions))("executed again: $title", async ({ one, answer }) => {
    expect(await reexecuted(one)).toEqual(answer);
  });

  test.each(titled(losses, dagster.losses))("resumed after the loss of its worker: $title", async ({ one, answer }) => {
    expect(await resumed(one)).toEqual(answer);
  });

  test.each(titled(retries, dagster.retries))("retried by the instance: $title", ({ one, answer }) => {
    expect(isRetried(one)).toBe(answer);
  });
});

async function reexecuted({ job, again }: ReexecutionCase): Promise<readonly (Told | null)[]> {
  const instance = instanceForTest();
  let last = await executeJob(jobs[job], { raiseOnError: false, instance });
  const told: (Told | null)[] = [];
  for (const steps of again) {
    try {
      last = await executeJob(jobs[job], { raiseOnError: false, instance, reexecution: { of: last, steps } });
    } catch {
      return [...told, null];
    }
    told.push(tell(last));
  }
  return told;
}

const tell = ({ success, events }: InProcessResult): Told => ({
  success,
  started: events.flatMap(({ type, stepKey }) => (type === "STEP_START" && stepKey !== null ? [stepKey] : [])).toSorted(),
});

/** What the next worker makes of the events that the lost one has left. */
async function resumed({ job, step, event }: LossCase): Promise<Resumed> {
  const { events, runId, plan } = await executeJob(jobs[job], { raiseOnError: false });
  const steps = events.filter(({ stepKey }) => stepKey !== null);
  const end = steps.findIndex(({ type, stepKey }) => type === event && stepKey === step);
  const left: readonly RunLogEntry[] = steps.slice(0, end + 1);
  const past = new PastRun(runId, left);
  const { plan: rest, before } = planResume(plan, past);
  const done = left.flatMap(({ type, stepKey }) => (type === "STEP_SUCCESS" && stepKey !== null ? [stepKey] : []));
  const failed = new Set<string>(before.failed);
  const ended = new Set<string>([...done, ...failed]);
  const abandoned = new Set<string>();
  for (const { key, inputs } of rest.steps) {
    const upstream = inputs.flatMap(({ sources }) =>
      sources.flatMap((source) => (source.kind === "step" ? [source.stepKey] : [])),
    );
    const isLost = upstream.some((one) => failed.has(one) || abandoned.has(one));
    if (failed.has(key) || !isLost || !upstream.every((one) => ended.has(one))) continue;
    abandoned.add(key);
    ended.add(key);
  }
  // Which of two that do not depend on each other comes first is nobody's promise.
  const succeeded = done.filter((key) => key !== "apart").toSorted();
  return { succeeded, failed: [...failed].toSorted(), abandoned: [...abandoned].toSorted(), retries: before.retries };
}

function isRetried({ reason, tags = {}, groupSize = 1, maxRetries = 2, onStepFailure = true }: RetryCase): boolean {
  return planRetry({ tags, reason, groupSize }, { enabled: true, maxRetries, retryOnAssetOrOpFailure: onStepFailure }).retries;
}
