import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildRepository, toLocationSnapshot } from "@dagwright/definitions";
import { codeLocationName, type Run, type RunId, type Tags } from "@dagwright/model";
import { prepareRun } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { until } from "../../graphql.ts";
import { locationName, startStack } from "../../stack/stack.ts";
import project from "./retrying-program.ts";

interface RetryTagsCase {
  readonly job: "fails" | "make";
  readonly tags: Tags;
}

const cases: readonly RetryTagsCase[] = [
  { job: "fails", tags: { team: "a" } },
  { job: "fails", tags: { "dagster/retry_strategy": "ALL_STEPS", "dagster/max_retries": "1" } },
  { job: "fails", tags: { "dagster/max_retries": "0" } },
  { job: "fails", tags: { "dagster/retry_on_asset_or_op_failure": "false" } },
  { job: "make", tags: { "dagster/retry_strategy": "FROM_ASSET_FAILURE", "dagster/max_retries": "1" } },
  { job: "make", tags: { "dagster/retry_strategy": "SOMEHOW", "dagster/max_retries": "1" } },
];

/** Tags of the runs that go back to one, in the order in which they came to be; runs are named by their place. */
type Group = readonly Tags[];

function askDagster(python: string): readonly Group[] {
  const asked = spawnSync(python, [fileURLToPath(new URL("dagster_retry_tags.py", import.meta.url))], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not carry out the cases: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as readonly Group[];
}

function groupOf(runs: readonly Run[]): Group {
  const names = new Map<string, string>(runs.map(({ id }, place) => [id, `run ${place}`]));
  // Those that begin with a dot are of the product.
  const shown = ({ tags }: Run) => Object.entries(tags).filter(([key]) => !key.startsWith("."));
  return runs.map((run) => Object.fromEntries(shown(run).map(([key, value]) => [key, names.get(value) ?? value])));
}

describeWithEngine("python", "tags of runs that are retried beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("failed runs and their retries have the same tags, in the end", { timeout: 300_000 }, async () => {
    const theirs = askDagster(DAGSTER_PYTHON);
    const jobs = new Map(toLocationSnapshot(buildRepository(project)).jobs.map((job) => [job.name, job]));
    await using stack = await startStack({
      definitions: fileURLToPath(new URL("retrying-program.ts", import.meta.url)),
      instanceFile: "run_retries: {enabled: true, max_retries: 2}\n",
    });
    const { storage } = stack;
    const roots: RunId[] = [];
    for (const { job, tags } of cases) {
      const run = prepareRun({ location: codeLocationName(locationName), job: jobs.get(job)!, runConfig: {}, tags });
      await storage.runs.submit([run], { kind: "queue" });
      roots.push((await storage.runs.list({}, { limit: 1 }))[0]!.id);
    }
    for (const [place, root] of roots.entries()) {
      const group = await until(`case ${place} is retried no more`, async () => {
        const runs = [
          ...(await storage.runs.getMany([root])),
          ...(await storage.runs.list({ rootRunId: root }, { limit: 10 })).toReversed(),
        ];
        return runs.at(-1)?.tags["dagster/will_retry"] === "false" ? runs : undefined;
      });
      expect(groupOf(group), JSON.stringify(cases[place])).toEqual(theirs[place]);
    }
  });
});
