import {
  asset,
  assetCheck,
  AssetSelection,
  type AutomationCursor,
  type AutomationConditionsResult,
  AutomationCondition,
  type ConditionScope,
  dailyPartitions,
  defineAssetJob,
  definitions,
  dynamicPartitions,
  evaluateAutomationConditions,
  hourlyPartitions,
  InMemoryInstance,
  staticPartitions,
} from "dagwright";
import { type AutomationConditionSnapshot, dataVersionTags, type RunId, runId } from "@dagwright/model";
import type { PartitionsName, Scenario, ScenarioStep } from "./scenarios.ts";

const partitions = {
  daily: dailyPartitions({ startDate: "2024-01-01" }),
  hourly: hourlyPartitions({ startDate: "2024-01-04-20:00" }),
  static: staticPartitions(["x", "y", "z"]),
  dynamic: dynamicPartitions("keys"),
};

const partitionsOf = (name: PartitionsName) => (name === null ? {} : { partitions: partitions[name] });

/** A condition that is there as data only. */
const conditionOf = (expression: AutomationConditionSnapshot): AutomationCondition<ConditionScope> =>
  Object.freeze({ ...AutomationCondition.newlyRequested(), expression });

/** What each evaluation of a scenario requests, by asset, as Dagster's answer has it. */
export async function playScenario(
  scenario: Scenario,
  evaluated: (result: AutomationConditionsResult) => void = () => undefined,
  isIncremental = true,
): Promise<readonly Readonly<Record<string, readonly string[]>>[]> {
  const assets = scenario.assets.map(({ key, deps, partitions: name, condition }) =>
    asset(
      key,
      {
        deps,
        ...partitionsOf(name),
        ...(condition !== null && { automationCondition: conditionOf(condition) }),
      } as never,
      () => undefined,
    ),
  );
  const checks = scenario.checks.map(({ asset: key, name, blocking }) =>
    assetCheck(name, { asset: key, blocking } as never, () => true as never),
  );
  const jobs = (scenario.jobs ?? []).map(({ name, assets: made, condition }) =>
    defineAssetJob(name, { selection: AssetSelection.keys(...made), automationCondition: conditionOf(condition) }),
  );
  const defs = definitions({ assets, assetChecks: checks, jobs } as never);
  const instance = new InMemoryInstance();
  const runs = new Map<string, Parameters<InMemoryInstance["noteRun"]>[0]>();
  const answers: Readonly<Record<string, readonly string[]>>[] = [];
  let cursor: AutomationCursor | undefined;
  for (const step of scenario.steps) {
    if (step.do !== "evaluate") {
      await happen(instance, runs, step);
      continue;
    }
    const known = cursor === undefined || isIncremental ? cursor : everythingDue(cursor);
    const result = await evaluateAutomationConditions({
      definitions: defs,
      instance,
      evaluationTime: new Date(step.atMs),
      ...(known !== undefined && { cursor: JSON.parse(JSON.stringify(known)) as AutomationCursor }),
    });
    cursor = result.cursor;
    evaluated(result);
    const requested = scenario.assets.map(
      ({ key }) =>
        [
          key,
          result
            .requestedPartitions(key)
            .map((partition) => partition ?? "")
            .sort(),
        ] as const,
    );
    const ofJobs = jobs.map(
      (job) =>
        [
          `job ${job.name}`,
          result
            .requestedPartitions(job)
            .map((partition) => partition ?? "")
            .sort(),
        ] as const,
    );
    answers.push(Object.fromEntries([...requested, ...ofJobs].filter(([, keys]) => keys.length > 0)));
  }
  return answers;
}

/** As if nobody knew that nothing can have changed. */
const everythingDue = (cursor: AutomationCursor): AutomationCursor => ({
  ...cursor,
  states: Object.fromEntries(Object.entries(cursor.states).map(([id, state]) => [id, { ...state, nextAtMs: "next" as const }])),
});

async function happen(
  instance: InMemoryInstance,
  runs: Map<string, Parameters<InMemoryInstance["noteRun"]>[0]>,
  step: Exclude<ScenarioStep, { readonly do: "evaluate" }>,
): Promise<void> {
  const { atMs } = step;
  const base = { atMs, message: "", stepKey: null };
  switch (step.do) {
    case "start": {
      const [partition] = Object.values(step.partitions);
      const run = {
        id: runId(step.run),
        status: "STARTED" as const,
        tags: step.tags,
        assetKeys: step.assets.map((key) => [key]),
        checkKeys: [],
        partitions: partition === null || partition === undefined ? null : [partition],
      };
      runs.set(step.run, run);
      instance.noteRun(run);
      return;
    }
    case "make":
      for (const key of step.assets) {
        instance.record(runId(step.run), {
          ...base,
          type: "ASSET_MATERIALIZATION",
          assetKey: [key],
          partition: step.partitions[key] ?? null,
          description: null,
          metadata: {},
          tags: step.version === null ? {} : { [dataVersionTags.dataVersion]: step.version },
        });
      }
      return;
    case "end":
      instance.noteRun({ ...runs.get(step.run)!, status: step.success ? "SUCCESS" : "FAILURE" });
      return;
    case "check": {
      const made = instance.eventsOfAsset([step.asset]).at(-1);
      const id: RunId = runId(step.run);
      instance.noteRun({ id, status: "SUCCESS", tags: {}, assetKeys: [], checkKeys: [], partitions: null });
      instance.record(id, {
        ...base,
        type: "ASSET_CHECK_EVALUATION",
        assetKey: [step.asset],
        checkName: step.name,
        success: step.passed,
        severity: "ERROR",
        description: null,
        metadata: {},
        blocking: false,
        partition: null,
        target: made === undefined ? null : { id: made.id, runId: made.runId, atMs: made.event.atMs },
      });
      return;
    }
    case "add":
      await instance.addDynamicPartitions({ name: "keys", keys: [step.key] });
      return;
  }
}
