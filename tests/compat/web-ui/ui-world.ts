import { fileURLToPath } from "node:url";
import { until } from "../../graphql.ts";
import { type Stack, startStack } from "../../stack/stack.ts";

const repository = { repositoryName: "__repository__", repositoryLocationName: "project" };

/** A stack whose project has run: what pages and operations are about. */
export interface UiWorld extends AsyncDisposable {
  readonly stack: Stack;
  /** Of the asset job of finance, in which one asset fails. */
  readonly financeRun: string;
  readonly failedRun: string;
  readonly backfill: string;
  readonly jobBackfill: string;
  /** Of the sensor `new_files`. */
  readonly tick: string;
}

const path = (...names: string[]) => ({ path: names });

export async function startUiWorld(): Promise<UiWorld> {
  await using starting = new AsyncDisposableStack();
  const stack = starting.use(
    await startStack({
      definitions: fileURLToPath(new URL("project/definitions.ts", import.meta.url)),
      instanceFile:
        "run_coordinator:\n  class: QueuedRunCoordinator\n  module: dagster.core.run_coordinator\nrun_monitoring: {enabled: true}\nconcurrency:\n  pools: {default_limit: 2}\n",
    }),
  );
  await stack.query(
    `mutation ($selector: RepositorySelector!) {
    ${["acme", "globex"].map((key) => `${key}: addDynamicPartition(partitionKey: "${key}", partitionsDefName: "customers", repositorySelector: $selector) { __typename }`).join("\n")}
    setConcurrencyLimit(concurrencyKey: "database", limit: 1)
  }`,
    { selector: repository },
  );
  const financeRun = await stack.launch("finance");
  const failedRun = await stack.launch("failing");
  const backfill = await launchBackfill(stack, {
    assetSelection: [path("orders"), path("orders_by_store")],
    partitionNames: ["2026-01-01", "2026-01-02", "2026-01-03"],
    title: "The first days",
  });
  const jobBackfill = await launchBackfill(stack, {
    selector: { partitionSetName: "nightly_partition_set", repositorySelector: repository },
    partitionNames: ["2026-01-03", "2026-01-04"],
  });
  await stack.query(
    `mutation ($selector: ScheduleSelector!) { startSchedule(scheduleSelector: $selector) { ... on ScheduleStateResult { scheduleState { status } } } }`,
    { selector: { ...repository, scheduleName: "every_minute" } },
  );
  await Promise.all([stack.untilEnd(financeRun), stack.untilEnd(failedRun)]);
  for (const id of [backfill, jobBackfill]) {
    await until(`backfill ${id} ends`, async () => {
      const { partitionBackfillOrError } = await stack.query<{ partitionBackfillOrError: { status: string } }>(
        `query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }`,
        { id },
      );
      return partitionBackfillOrError.status.startsWith("COMPLETED") ? true : undefined;
    });
  }
  const tick = await until("the sensor has asked for a run", async () => {
    const { instigationStateOrError } = await stack.query<{ instigationStateOrError: { ticks?: readonly { tickId: string }[] } }>(
      `query ($selector: InstigationSelector!) { instigationStateOrError(instigationSelector: $selector) {
        ... on InstigationState { ticks(statuses: [SUCCESS]) { tickId } } } }`,
      { selector: { ...repository, name: "new_files" } },
    );
    return instigationStateOrError.ticks?.[0]?.tickId;
  });
  const running = starting.move();
  return {
    stack,
    financeRun,
    failedRun,
    backfill,
    jobBackfill,
    tick,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function launchBackfill(stack: Stack, params: object): Promise<string> {
  const { launchPartitionBackfill } = await stack.query<{ launchPartitionBackfill: { backfillId?: string } }>(
    `mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
      __typename ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }`,
    { params },
  );
  if (launchPartitionBackfill.backfillId === undefined) throw new Error(JSON.stringify(launchPartitionBackfill));
  return launchPartitionBackfill.backfillId;
}
