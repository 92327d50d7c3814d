import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { startStack, type Stack } from "../../stack/stack.ts";

interface Case {
  readonly assets?: readonly string[];
  readonly job?: string;
  /** Default: all. */
  readonly names?: readonly string[];
  readonly ranges?: readonly (readonly [string, string])[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface Made {
  readonly makes: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly status: string;
  readonly runs: readonly Made[];
}

const cases: Readonly<Record<string, Case>> = {
  "named partitions, and what reads them": {
    assets: ["raw", "clean"],
    names: ["2026-01-05", "2026-01-06"],
    tags: { team: "data" },
  },
  "ranges of assets with different policies": {
    assets: ["raw", "clean", "packed", "summed"],
    ranges: [["2026-01-04", "2026-01-10"]],
  },
  "assets with different partitions": { assets: ["packed", "summed", "weekly", "report"] },
  "a run that fails": { assets: ["packed", "summed", "weekly", "report"], tags: { fail: "2026-01-09" } },
  "policies beside one another": { assets: ["source", "target", "lone"] },
  "assets without partitions": { assets: ["whole", "after"] },
  "several dimensions": { assets: ["cells"], names: ["2026-01-04|de", "2026-01-05|us"] },
  "a mapping to all partitions": { assets: ["clean", "totals"], names: ["2026-01-05", "2026-01-06"] },
  "with and without partitions": { assets: ["whole", "raw"], ranges: [["2026-01-04", "2026-01-05"]] },
  "a job with config for each partition": { job: "nightly" },
  "a job of assets with a policy": { job: "packed_job" },
  "a job of assets without one": { job: "raw_job", names: ["2026-01-05", "2026-01-07"] },
};

/** Says where the code is, which differs; the rest of a run's tags is the same. */
const ofLocation = new Set(["dagster/code_location", "dagster/backfill"]);
const sorted = (runs: readonly Made[]): readonly string[] =>
  runs
    .map(({ makes, tags }) => {
      const own = Object.entries(tags).filter(([key]) => !ofLocation.has(key) && !key.startsWith("."));
      return JSON.stringify([makes, own.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    })
    .toSorted();

function askDagster(python: string): readonly Outcome[] {
  const asked = spawnSync(python, [join(import.meta.dirname, "dagster_backfills.py")], {
    input: JSON.stringify(Object.values(cases)),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as readonly Outcome[];
}

function paramsOf({ assets, job, names, ranges, tags }: Case): object {
  const repositorySelector = { repositoryName: "__repository__", repositoryLocationName: "project" };
  const keys = assets?.map((name) => ({ path: [name] })) ?? [];
  const common = { tags: Object.entries(tags ?? {}).map(([key, value]) => ({ key, value })) };
  const which = names === undefined ? { allPartitions: true } : { partitionNames: names };
  if (job !== undefined)
    return { ...common, ...which, selector: { partitionSetName: `${job}_partition_set`, repositorySelector } };
  if (ranges === undefined) return { ...common, ...which, assetSelection: keys };
  const partitions = { ranges: ranges.map(([start, end]) => ({ start, end })) };
  return {
    ...common,
    partitionsByAssets: keys.map((assetKey) => ({ assetKey, ...(assetKey.path[0] !== "whole" && { partitions }) })),
  };
}

async function launch(stack: Stack, given: Case): Promise<string> {
  const { answer } = await stack.query<{ answer: { backfillId?: string; message?: string } }>(
    `mutation ($params: LaunchBackfillParams!) { answer: launchPartitionBackfill(backfillParams: $params) {
      ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }`,
    { params: paramsOf(given) },
  );
  if (answer.backfillId === undefined) throw new Error(answer.message);
  return answer.backfillId;
}

async function outcomeOf(stack: Stack, id: string): Promise<Outcome> {
  for (;;) {
    const { answer } = await stack.query<{
      answer: {
        status: string;
        endTimestamp: number | null;
        runs: readonly {
          jobName: string;
          assetSelection: readonly { path: string[] }[] | null;
          tags: readonly { key: string; value: string }[];
        }[];
      };
    }>(
      `query ($id: String!) { answer: partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill {
        status endTimestamp runs { jobName assetSelection { path } tags { key value } } } } }`,
      { id },
    );
    if (answer.endTimestamp === null) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      continue;
    }
    const runs = answer.runs.map(({ jobName, assetSelection, tags }) => ({
      makes:
        (assetSelection ?? [])
          .map(({ path }) => path.join("/"))
          .toSorted()
          .join("+") || jobName,
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    }));
    return { status: answer.status, runs };
  }
}

describeWithEngine("python", "runs of a backfill, as in Dagster", ({ DAGSTER_PYTHON }) => {
  test("each backfill makes the same runs with the same tags, and ends alike", { timeout: 600_000 }, async () => {
    const expected = askDagster(DAGSTER_PYTHON);
    await using stack = await startStack({ definitions: join(import.meta.dirname, "fixtures/definitions.ts") });
    const ids = await Promise.all(Object.values(cases).map((given) => launch(stack, given)));
    const told = (outcome: Outcome): object => ({ status: outcome.status, runs: sorted(outcome.runs) });
    const ours = await Promise.all(ids.map((id) => outcomeOf(stack, id)));
    const byName = (outcomes: readonly Outcome[]): object =>
      Object.fromEntries(Object.keys(cases).map((name, index) => [name, told(outcomes[index]!)]));
    expect(byName(ours)).toEqual(byName(expected));
  });
});
