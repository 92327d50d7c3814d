import type { Question } from "./drive.ts";

// What the pages of Dagster's web UI ask for that cost most, with the fields that they show, in words of our own.

const repository = { repositoryName: "__repository__", repositoryLocationName: "project" };
const times = "creationTime startTime endTime updateTime";
const origin = "repositoryOrigin { id repositoryName repositoryLocationName }";
const tags = "tags { key value }";
const pythonError = "... on PythonError { message stack }";
const runPermissions = "hasReExecutePermission hasTerminatePermission hasDeletePermission canTerminate";

const runFields = `id status mode pipelineName jobName pipelineSnapshotId ${times} ${tags} ${origin} ${runPermissions}
  assetSelection(limit: 25) { path } assetSelectionCount assetCheckSelection(limit: 25) { name assetKey { path } } assetCheckSelectionCount`;

const tickFields = `id status timestamp endTimestamp skipReason runIds runKeys cursor error { message stack }`;
const stateFields = `id selectorId name instigationType status hasStartPermission hasStopPermission repositoryName repositoryLocationName
  typeSpecificData { ... on SensorData { lastRunKey lastCursor } ... on ScheduleData { cronSchedule } } runningCount`;

const runsPage: Omit<Question, "name"> = {
  query: `query Runs($limit: Int!, $filter: RunsFilter) { pipelineRunsOrError(limit: $limit, filter: $filter) { __typename ... on Runs { results { ${runFields} } } ${pythonError} } }`,
  variables: { limit: 25, filter: {} },
};

export const historyQuestions = (runId: string, dayAgo: number): readonly Question[] => [
  { name: "version", query: "query Version { version }", variables: {} },
  { name: "25 runs with tags", ...runsPage },
  {
    name: "25 runs of a tag",
    query: runsPage.query,
    variables: { limit: 25, filter: { tags: [{ key: "team", value: "team_7" }] } },
  },
  {
    name: "25 failed runs of a job",
    query: runsPage.query,
    variables: { limit: 25, filter: { statuses: ["FAILURE"], pipelineName: "nightly" } },
  },
  {
    name: "feed of runs and backfills",
    query: `query Feed($limit: Int!, $view: RunsFeedView!, $filter: RunsFilter) { runsFeedOrError(limit: $limit, view: $view, filter: $filter) { __typename ... on RunsFeedConnection {
      cursor hasMore results { __typename id runStatus creationTime startTime endTime entryJobName: jobName ${tags} ... on Run { ${runFields} hasRunMetricsEnabled } } } ${pythonError} } }`,
    variables: { limit: 30, view: "ROOTS", filter: {} },
  },
  {
    name: "timeline: 100 runs of a day",
    query: `query Timeline($filter: RunsFilter!, $limit: Int!) { runsOrError(filter: $filter, limit: $limit) { __typename ... on Runs { results { id pipelineName status ${times} ${tags} ${origin} } } } }`,
    variables: {
      limit: 100,
      filter: { statuses: ["FAILURE", "SUCCESS", "CANCELED"], createdBefore: dayAgo + 86_400, updatedAfter: dayAgo },
    },
  },
  {
    name: "a run's page",
    query: `query RunPage($runId: ID!) { pipelineRunOrError(runId: $runId) { __typename ... on Run { id runConfigYaml ${origin} ${runPermissions} status mode ${tags} rootRunId parentRunId pipelineName
      solidSelection assetSelection { path } assetCheckSelection { name assetKey { path } } pipelineSnapshotId stepKeysToExecute startTime endTime updateTime hasConcurrencyKeySlots
      executionPlan { artifactsPersisted steps { key kind inputs { dependsOn { key kind } } } } stepStats { stepKey status startTime endTime attempts { startTime endTime } markers { startTime endTime } } } } }`,
    variables: { runId },
  },
  {
    name: "a run with its logs",
    query: `query RunLogs($runId: ID!) { logsForRun(runId: $runId) { __typename ... on EventConnection { cursor hasMore events { __typename
      ... on MessageEvent { runId message timestamp level stepKey eventType solidHandleID }
      ... on DisplayableEvent { label description metadataEntries { __typename label description ... on TextMetadataEntry { text } ... on PathMetadataEntry { path } ... on IntMetadataEntry { intRepr } } }
      ... on MarkerEvent { markerStart markerEnd }
      ... on MaterializationEvent { assetKey { path } partition } ... on AssetMaterializationPlannedEvent { assetKey { path } }
      ... on LogsCapturedEvent { fileKey stepKeys externalUrl } ... on ErrorEvent { error { message stack } }
      ... on ExecutionStepOutputEvent { outputName typeCheck { label success } } ... on HandledOutputEvent { outputName managerKey } ... on LoadedInputEvent { inputName managerKey } } } }
      pipelineRunOrError(runId: $runId) { ... on Run { id status startTime endTime } } }`,
    variables: { runId },
  },
  {
    name: "repositories",
    query: `query Repositories { repositoriesOrError { __typename ... on RepositoryConnection { nodes { id name location { id name } displayMetadata { key value }
      jobs { id name isJob isAssetJob description ${tags} } schedules { id name cronSchedule pipelineName } sensors { id name targets { pipelineName } } assetGroups { groupName } } } } }`,
    variables: {},
  },
  {
    name: "workspace",
    query: `query Workspace($name: String!) { workspaceLocationEntryOrError(name: $name) { __typename ... on WorkspaceLocationEntry { id name loadStatus updatedTimestamp versionKey displayMetadata { key value }
      permissions { permission value disabledReason } locationOrLoadError { __typename ... on RepositoryLocation { id name isReloadSupported dagsterLibraryVersions { name version }
      repositories { id name displayMetadata { key value } pipelines { id name isJob isAssetJob pipelineSnapshotId }
        schedules { id name cronSchedule executionTimezone pipelineName mode scheduleState { id selectorId status hasStartPermission hasStopPermission } }
        sensors { id name sensorType targets { pipelineName mode solidSelection } sensorState { id selectorId status hasStartPermission hasStopPermission } }
        partitionSets { id name pipelineName } assetGroups { id groupName } } } } } } }`,
    variables: { name: "project" },
  },
  {
    name: "assets of the workspace",
    query: `query Assets { assetNodes { id groupName kinds computeKind description opNames graphName isMaterializable isObservable isExecutable isPartitioned hasMaterializePermission jobNames
      assetKey { path } dependencyKeys { path } dependedByKeys { path } owners { __typename ... on UserAssetOwner { email } ... on TeamAssetOwner { team } } ${tags} repository { id name location { id name } } } }`,
    variables: {},
  },
  {
    name: "state of 5 assets",
    query: `query Live($keys: [AssetKeyInput!]!) { assetNodes(assetKeys: $keys, loadMaterializations: true) { id opNames repository { id } assetKey { path } assetMaterializations(limit: 1) { timestamp runId stepKey }
      assetObservations(limit: 1) { timestamp runId stepKey } assetChecksOrError { __typename ... on AssetChecks { checks { name } } } partitionStats { numMaterialized numPartitions numFailed } }
      assetsLatestInfo(assetKeys: $keys) { id assetKey { path } unstartedRunIds inProgressRunIds latestRun { id status startTime endTime } } }`,
    variables: { keys: ["raw", "cleaned", "joined", "scored", "reported"].map((name) => ({ path: [name] })) },
  },
  {
    name: "an asset's page with 100 events",
    query: `query AssetPage($key: AssetKeyInput!) { assetOrError(assetKey: $key) { __typename ... on Asset { id key { path } assetMaterializations(limit: 100) { runId timestamp stepKey partition label description
      metadataEntries { __typename label description ... on TextMetadataEntry { text } } ${tags} runOrError { __typename ... on Run { id mode pipelineName pipelineSnapshotId status ${origin} } } }
      definition { id description metadataEntries { label } partitionDefinition { description } } } } }`,
    variables: { key: { path: ["scored"] } },
  },
  {
    name: "schedules, their state and last tick",
    query: `query Schedules($repository: RepositorySelector!) { schedulesOrError(repositorySelector: $repository) { __typename ... on Schedules { results { id name cronSchedule executionTimezone pipelineName description defaultStatus canReset
      scheduleState { ${stateFields} ticks(limit: 1) { ${tickFields} } } futureTicks(limit: 5) { results { timestamp } } } } } }`,
    variables: { repository },
  },
  {
    name: "a schedule with 100 ticks",
    query: `query Ticks($selector: InstigationSelector!) { instigationStateOrError(instigationSelector: $selector) { __typename ... on InstigationState { ${stateFields} ticks(limit: 100) { ${tickFields} } } } }`,
    variables: { selector: { ...repository, name: "schedule_7" } },
  },
  {
    name: "launchpad: a job's config",
    query: `query Launchpad($selector: PipelineSelector!) { runConfigSchemaOrError(selector: $selector) { __typename ... on RunConfigSchema { rootConfigType { key }
      allConfigTypes { __typename key description isSelector typeParamKeys ... on EnumConfigType { givenName values { value description } } ... on ScalarUnionConfigType { scalarTypeKey nonScalarTypeKey }
        ... on CompositeConfigType { fields { name description isRequired configTypeKey defaultValueAsJson } } recursiveConfigTypes { key } } } } }`,
    variables: { selector: { ...repository, pipelineName: "job_7" } },
  },
  {
    name: "backfills",
    query: `query Backfills($limit: Int!) { partitionBackfillsOrError(limit: $limit) { __typename ... on PartitionBackfills { results { id status timestamp numPartitions isAssetBackfill hasCancelPermission hasResumePermission assetSelection { path } } } } }`,
    variables: { limit: 25 },
  },
  {
    name: "health of the instance",
    query: `query Health { instance { id hasInfo daemonHealth { id allDaemonStatuses { id daemonType required healthy lastHeartbeatTime lastHeartbeatErrors { message stack } } } } }`,
    variables: {},
  },
];

export const assetQuestions = (keys: readonly (readonly string[])[]): readonly Question[] => [
  {
    name: "all asset nodes",
    query: `query AllAssets { assetNodes { id groupName kinds computeKind description opNames graphName isMaterializable isObservable isExecutable isPartitioned hasMaterializePermission jobNames
      assetKey { path } dependencyKeys { path } dependedByKeys { path } owners { __typename ... on UserAssetOwner { email } ... on TeamAssetOwner { team } } ${tags} repository { id name location { id name } } } }`,
    variables: {},
  },
  {
    name: "state of 100 assets",
    query: `query Live($keys: [AssetKeyInput!]!) { assetNodes(assetKeys: $keys, loadMaterializations: true) { id opNames repository { id } assetKey { path } assetMaterializations(limit: 1) { timestamp runId stepKey }
      assetObservations(limit: 1) { timestamp runId stepKey } assetChecksOrError { __typename ... on AssetChecks { checks { name } } } partitionStats { numMaterialized numPartitions numFailed } }
      assetsLatestInfo(assetKeys: $keys) { id assetKey { path } unstartedRunIds inProgressRunIds latestRun { id status startTime endTime } } }`,
    variables: { keys: keys.map((path) => ({ path })) },
  },
  {
    name: "an asset and its neighbours",
    query: `query Node($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { __typename ... on AssetNode { id description opNames jobNames assetKey { path } metadataEntries { label }
      dependencies { asset { id assetKey { path } } } dependedBy { asset { id assetKey { path } } } op { name description } } } }`,
    variables: { key: { path: keys[0] } },
  },
];

/** Ours alone: Dagster's Python has no value for it. */
export const manifestQuestion: Question = {
  name: "all assets as one value",
  query: `query Manifest($repository: RepositorySelector!) { repositoryOrError(repositorySelector: $repository) { ... on Repository { id assetManifest } } }`,
  variables: { repository },
};
