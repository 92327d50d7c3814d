/** What both are asked, in this order. Runs have names here, which stand for their ids in variables. */
export type Operation =
  | { readonly title: string; readonly query: string; readonly variables?: Readonly<Record<string, unknown>> }
  | { readonly execute: string; readonly as: string }
  /** From where the run of that name failed. */
  | { readonly reexecute: string; readonly job: string; readonly as: string };

const selector = (pipelineName: string) => ({
  pipelineName,
  repositoryName: "__repository__",
  repositoryLocationName: "project",
});

const shape = `query ($selector: PipelineSelector!) {
  pipelineOrError(params: $selector) {
    __typename
    ... on Pipeline {
      solidHandles {
        handleID
        parent { handleID }
        solid {
          name
          isDynamicMapped
          inputs { isDynamicCollect definition { name } dependsOn { definition { name } solid { name } } }
          outputs { definition { name isDynamic } dependedBy { definition { name } solid { name } } }
          definition {
            __typename
            name
            inputDefinitions { name }
            outputDefinitions { name isDynamic }
            ... on SolidDefinition { pool pools }
            ... on CompositeSolidDefinition { pools }
          }
        }
      }
    }
  }
}`;

const plan = `query ($selector: PipelineSelector!) {
  executionPlanOrError(pipeline: $selector, mode: "default", runConfigData: {}) {
    __typename
    ... on ExecutionPlan { steps { key kind solidHandleID inputs { name dependsOn { key kind } } outputs { name } } }
  }
}`;

const run = `query ($runId: ID!) {
  runOrError(runId: $runId) {
    ... on Run { status stepKeysToExecute stepStats { stepKey status attempts { startTime } } executionPlan { steps { key kind } } }
  }
}`;

const log = `query ($runId: ID!) {
  logsForRun(runId: $runId) {
    ... on EventConnection {
      events {
        __typename
        ... on MessageEvent { stepKey message }
        ... on EngineEvent { metadataEntries { __typename label ... on PoolMetadataEntry { pool } } }
        ... on HookCompletedEvent { solidHandleID }
      }
    }
  }
}`;

const jobs = ["mapped", "within", "pooled"];

export const operations: readonly Operation[] = [
  { title: "the limit of a pool", query: 'mutation { setConcurrencyLimit(concurrencyKey: "db", limit: 1) }' },
  ...jobs.flatMap((name) => [
    { title: `the nodes of ${name}`, query: shape, variables: { selector: selector(name) } },
    { title: `the plan of ${name}`, query: plan, variables: { selector: selector(name) } },
  ]),
  {
    title: "the plan of what is mapped twice",
    query: plan,
    variables: { selector: { ...selector("mapped"), solidSelection: ["parts", "double"] } },
  },
  { execute: "mapped", as: "first" },
  { title: "the run that failed", query: run, variables: { runId: "first" } },
  { title: "its log", query: log, variables: { runId: "first" } },
  { reexecute: "first", job: "mapped", as: "again" },
  { title: "the run that goes on from it", query: run, variables: { runId: "again" } },
  { title: "the log of that", query: log, variables: { runId: "again" } },
  { execute: "within", as: "nested" },
  { title: "the log of graphs that are mapped, with hooks", query: log, variables: { runId: "nested" } },
  { execute: "pooled", as: "pooled" },
  { title: "the log of steps that wait for a pool", query: log, variables: { runId: "pooled" } },
];
