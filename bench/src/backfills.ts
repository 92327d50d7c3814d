import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { type BenchWorld, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";

const partitions = 10_000;
/** Nothing is launched: what is measured is how runs come to be in the queue. */
const closedQueue =
  "run_coordinator: {module: dagster.core.run_coordinator, class: QueuedRunCoordinator, config: {max_concurrent_runs: 0}}\n";
const project = fileURLToPath(new URL("projects/hours.ts", import.meta.url));

interface State {
  readonly status: string;
  readonly numRunsSubmitted: number;
}

/** 10,000 partitions of an asset, a run for each, from the launch of the backfill until the last run is in the queue. */
export async function benchBackfills({ costs }: BenchWorld): Promise<readonly Measurement[]> {
  await using bench = await startBenchStack(project, closedQueue);
  const { stack } = bench;
  const startedAt = performance.now();
  const { launchPartitionBackfill } = await stack.query<{ launchPartitionBackfill: { backfillId: string } }>(
    `mutation { launchPartitionBackfill(backfillParams: {assetSelection: [{path: ["hours"]}], allPartitions: true}) {
      ... on LaunchBackfillSuccess { backfillId } } }`,
  );
  const { backfillId } = launchPartitionBackfill;
  const state = async (): Promise<State> => {
    const { answer } = await stack.query<{ answer: State }>(
      `{ answer: partitionBackfillOrError(backfillId: "${backfillId}") { ... on PartitionBackfill { status numRunsSubmitted } } }`,
    );
    return answer;
  };
  const until = async (isThere: (now: State) => boolean): Promise<number> => {
    for (;;) {
      const now = await state();
      if (isThere(now)) return performance.now() - startedAt;
      if (performance.now() - startedAt > 300_000) throw new Error(`It stands at ${JSON.stringify(now)}`);
      await delay(20);
    }
  };
  const firstMs = await until(({ numRunsSubmitted }) => numRunsSubmitted > 0);
  const submittedMs = await until(({ numRunsSubmitted }) => numRunsSubmitted >= partitions);
  const commits = (submittedMs * 100) / costs.hundredCommitsMs;
  await stack.query(`mutation { cancelPartitionBackfill(backfillId: "${backfillId}") { __typename } }`);
  const canceledMs = (await until(({ status }) => status === "CANCELED")) - submittedMs;
  return [
    { name: "backfills/first run queued", unit: "ms", samples: [firstMs] },
    {
      name: `backfills/${partitions} runs queued`,
      unit: "ms",
      samples: [submittedMs],
      target: { atMost: 5_000 },
      ratios: { "100 commits": submittedMs / costs.hundredCommitsMs },
      note: `${Math.round(partitions / (submittedMs / 1_000))} runs/s; in the time of one commit of a row ${(partitions / commits).toFixed(1)} runs`,
    },
    { name: `backfills/${partitions} queued runs canceled`, unit: "ms", samples: [canceledMs] },
  ];
}
