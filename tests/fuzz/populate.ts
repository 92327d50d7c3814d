import { locationName, type Stack } from "../stack/stack.ts";
import type { KnownValues } from "./known-values.ts";

const repository = { repositoryName: "__repository__", repositoryLocationName: locationName };

/** Fills an instance with something of everything, and tells what is in it. */
export async function populate(stack: Stack): Promise<KnownValues> {
  const ask = (mutation: string, variables: object = {}) =>
    stack.query<Record<string, { __typename: string }>>(mutation, variables);
  const ended = [
    await stack.launch("chain", { tags: { owner: "fuzz" } }),
    await stack.launch("failing"),
    await stack.launch("text_job"),
  ];
  for (const id of ended) await stack.untilEnd(id);
  await ask(
    `mutation($repository: RepositorySelector!) {
      a: addDynamicPartition(repositorySelector: $repository, partitionsDefName: "customers", partitionKey: "acme") { __typename }
      b: reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["daily"]}, partitionKeys: ["2026-10-02", "2026-10-03"]}) { __typename }
      c: reportRunlessAssetEvents(eventParams: {eventType: ASSET_OBSERVATION, assetKey: {path: ["lake", "raw"]}}) { __typename }
      d: reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["words"]}}) { __typename }
      e: reportAssetCheckEvaluations(eventParams: {assetKey: {path: ["words"]}, checkName: "not_empty", passed: false, serializedMetadata: "{\\"rows\\": 3}"}) { __typename }
      f: setConcurrencyLimit(concurrencyKey: "narrow", limit: 2)
      g: startSensor(sensorSelector: {repositoryName: "__repository__", repositoryLocationName: "${locationName}", sensorName: "waits"}) { __typename }
    }`,
    { repository },
  );
  const { launchPartitionBackfill } = await stack.query<{ launchPartitionBackfill: { backfillId: string } }>(
    `mutation($repository: RepositorySelector!) { launchPartitionBackfill(backfillParams: {
      selector: {partitionSetName: "per_day_partition_set", repositorySelector: $repository}, partitionNames: ["2026-10-02"]}) {
      ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }`,
    { repository },
  );
  const runs = (await stack.storage.runs.list({}, { limit: 20 })).map(({ id, jobSnapshotId }) => ({ id, jobSnapshotId }));
  const runIds = runs.map(({ id }) => id);
  const paths = [["words"], ["counted"], ["daily"], ["sales", "by_region"], ["by_customer"], ["left"], ["lake", "raw"]];
  const jobs = ["chain", "failing", "with_config", "per_day", "text_job", "__ASSET_JOB"];
  const partitions = ["2026-10-02", "2026-10-03", "acme", "2026-10-02|eu", "eu"];
  const instigators = [`${locationName}:waits`, `${locationName}:every_minute`];
  const logKeys = runIds.map((id) => [id, "compute_logs", "one"]);
  return {
    byName: {
      runId: runIds,
      runIds,
      "runIds[]": [runIds],
      rootRunId: runIds,
      parentRunId: [...runIds, launchPartitionBackfill.backfillId],
      backfillId: [launchPartitionBackfill.backfillId],
      snapshotId: runs.map(({ jobSnapshotId }) => jobSnapshotId),
      "path[]": paths,
      "logKey[]": logKeys,
      "prefix[]": paths,
      repositoryName: ["__repository__"],
      repositoryLocationName: [locationName],
      repositoryID: [`__repository__@${locationName}`],
      locationName: [locationName],
      pipelineName: jobs,
      jobName: jobs,
      graphName: ["twice", "chain"],
      name: [locationName, ...jobs, "waits", "every_minute"],
      scheduleName: ["every_minute"],
      sensorName: ["waits", "automation"],
      checkName: ["not_empty"],
      resourceName: ["warehouse", "io_manager"],
      concurrencyKey: ["narrow"],
      groupName: ["text", "time"],
      partitionSetName: ["per_day_partition_set"],
      partitionsDefName: ["customers"],
      partition: partitions,
      partitionName: partitions,
      partitionKey: partitions,
      partitionKeys: partitions,
      partitionNames: partitions,
      partitions,
      start: partitions,
      end: partitions,
      handleID: ["twice", "twice.add_one", "one"],
      stepKey: ["one", "twice.add_one"],
      stepKeys: ["one", "twice.add_one"],
      id: [...instigators, ...runIds],
      fileKey: ["one"],
      dagsterTypeName: ["Any", "Int"],
      tagKeys: ["owner", "team"],
      key: ["owner", "team"],
      value: ["fuzz", "core"],
      cursor: [...runIds, "10", "0", "2026-10-02", '["words"]', "0:0"],
      afterCursor: ["3", "0"],
      evaluationId: ["1"],
      mode: ["default"],
      solidSelection: ["one", "*twice", "one+"],
    },
  };
}
