import { expect, test } from "vitest";
import { startStack, type Stack } from "../stack/stack.ts";
import { writeProject } from "../stack/written-project.ts";

const project = `
import {
  asset, assetIn, dailyPartitions, defineAssetJob, definitions, dynamicPartitions, inProcessExecutor, job, multiprocessExecutor, op, partitionedConfig,
  singleRun, timeWindowMapping,
} from "dagwright";
import { z } from "zod";

const daily = dailyPartitions({ startDate: "2026-01-01" });
const orders = asset("orders", { partitions: daily }, (_, { partition }) => [partition.key, partition.timeWindow.end.toISOString()]);
const summary = asset("summary", { partitions: daily, ins: { orders } }, ({ orders: list }, context) => {
  context.log.info("read " + list.join(" "));
  return list.length;
});
const two = timeWindowMapping({ startOffset: -1, endOffset: 0 });
const trend = asset(
  "trend",
  { partitions: daily, backfillPolicy: singleRun(), ins: { orders: assetIn(orders, { partitionMapping: two, byPartition: true }) } },
  ({ orders: byDay }, { partition, log }) => {
    log.info("days " + Object.keys(byDay).join(" "));
    return Object.fromEntries(partition.keys.map((key) => [key, 1]));
  },
);
const customers = dynamicPartitions("customers");
const invoices = asset("invoices", { partitions: customers }, (_, { partition }) => partition.key);
const discover = op("discover", async (_, { instance }) => {
  await instance.addDynamicPartitions(customers, ["acme", "globex"]);
  return [...(await instance.dynamicPartitions(customers))];
});
const discovery = job("discovery", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => { discover(); });
const load = op("load", { config: z.object({ day: z.string() }) }, (_, context) => context.log.info("config of " + context.op.config.day));
const nightly = job(
  "nightly",
  { executor: inProcessExecutor, config: partitionedConfig(daily, (day) => ({ ops: { load: { config: { day } } } }), { tags: (day) => ({ day }) }) },
  () => { load(); },
);
export default definitions({
  assets: [orders, summary, trend, invoices],
  jobs: [discovery, nightly, defineAssetJob("orders_job", { selection: [orders, summary], executor: multiprocessExecutor({ maxConcurrent: 2 }) })],
});
`;

async function launchAssets(
  stack: Stack,
  assets: readonly string[],
  tags: Readonly<Record<string, string>>,
  jobName = "__ASSET_JOB",
) {
  const { launchRun } = await stack.query<{ launchRun: { run?: { runId: string }; message?: string } }>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
      ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }`,
    {
      params: {
        selector: {
          repositoryLocationName: "project",
          repositoryName: "__repository__",
          jobName,
          assetSelection: assets.map((path) => ({ path: [path] })),
        },
        executionMetadata: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
      },
    },
  );
  return launchRun;
}

const materialized = async (stack: Stack, asset: string): Promise<readonly unknown[]> => {
  const { assetNodeOrError } = await stack.query<{
    assetNodeOrError: { assetPartitionStatuses: { ranges?: readonly unknown[]; materializedPartitions?: readonly string[] } };
  }>(
    `{ assetNodeOrError(assetKey: {path: ["${asset}"]}) { ... on AssetNode { assetPartitionStatuses {
      ... on TimePartitionStatuses { ranges { startKey endKey status } } ... on DefaultPartitionStatuses { materializedPartitions } } } } }`,
  );
  const { ranges, materializedPartitions } = assetNodeOrError.assetPartitionStatuses;
  return ranges ?? materializedPartitions ?? [];
};

const lines = (log: Awaited<ReturnType<Stack["log"]>>): string[] =>
  log.filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);

test("a partition is launched, materialized and read by the same partition of the next asset, across processes", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const day = { "dagster/partition": "2026-01-02" };
  const orders = await launchAssets(stack, ["orders"], day);
  const first = await stack.untilEnd(orders.run!.runId as never);
  expect(first).toMatchObject({ status: "SUCCESS", partition: "2026-01-02" });
  const made = (await stack.log(first.id)).filter(({ type }) => type.startsWith("ASSET_MATERIALIZATION"));
  expect(made).toMatchObject([
    { type: "ASSET_MATERIALIZATION_PLANNED", partition: "2026-01-02" },
    { type: "ASSET_MATERIALIZATION", partition: "2026-01-02" },
  ]);
  expect(JSON.stringify(made)).toContain("orders.partitions/2026-01-02.value");
  expect(await materialized(stack, "orders")).toEqual([{ startKey: "2026-01-02", endKey: "2026-01-02", status: "MATERIALIZED" }]);

  const summary = await stack.untilEnd((await launchAssets(stack, ["summary"], day)).run!.runId as never);
  expect(lines(await stack.log(summary.id))).toEqual(["read 2026-01-02 2026-01-03T00:00:00.000Z"]);

  const other = await launchAssets(stack, ["summary"], { "dagster/partition": "2026-01-05" });
  const missing = await stack.untilEnd(other.run!.runId as never);
  expect(missing.status).toBe("FAILURE");
  expect(JSON.stringify(await stack.log(missing.id))).toContain('asset \\"orders\\", partition \\"2026-01-05\\"');
  expect(await materialized(stack, "summary")).toEqual([
    { startKey: "2026-01-02", endKey: "2026-01-02", status: "MATERIALIZED" },
    { startKey: "2026-01-05", endKey: "2026-01-05", status: "FAILED" },
  ]);

  const both = await launchAssets(stack, [], { "dagster/partition": "2026-01-03" }, "orders_job");
  expect((await stack.untilEnd(both.run!.runId as never)).status).toBe("SUCCESS");

  const range = { "dagster/asset_partition_range_start": "2026-01-03", "dagster/asset_partition_range_end": "2026-01-03" };
  const trend = await stack.untilEnd((await launchAssets(stack, ["trend"], range)).run!.runId as never);
  expect(lines(await stack.log(trend.id))).toEqual(["days 2026-01-02 2026-01-03"]);

  const unknown = await launchAssets(stack, ["orders"], { "dagster/partition": "2025-12-31" });
  expect(unknown.message).toMatch(/no partition "2025-12-31"/);
});

test("a step in a process of its own adds dynamic partitions, which can be launched then; partitioned config is made for a launch", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const refused = await launchAssets(stack, ["invoices"], { "dagster/partition": "acme" });
  expect(refused.message).toMatch(/no partition "acme"/);
  expect((await stack.untilEnd(await stack.launch("discovery"))).status).toBe("SUCCESS");
  const run = await launchAssets(stack, ["invoices"], { "dagster/partition": "acme" });
  expect((await stack.untilEnd(run.run!.runId as never)).status).toBe("SUCCESS");
  expect(await materialized(stack, "invoices")).toEqual(["acme"]);

  const nightly = await stack.untilEnd(await stack.launch("nightly", { tags: { "dagster/partition": "2026-01-04" } }));
  expect(nightly).toMatchObject({ status: "SUCCESS", partition: "2026-01-04", tags: { day: "2026-01-04" } });
  expect(lines(await stack.log(nightly.id))).toEqual(["config of 2026-01-04"]);
});
