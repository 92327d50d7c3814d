import { ask, type Known, type Step } from "../frame/step.ts";

export const ended = ({ runOrError }: { runOrError: { status?: string } }): boolean =>
  ["SUCCESS", "FAILURE", "CANCELED"].includes(runOrError.status ?? "");

const log = `query ($runId: ID!) {
  logsForRun(runId: $runId) {
    __typename
    ... on EventConnection {
      events {
        __typename
        ... on MessageEvent { stepKey message level eventType solidHandleID }
        ... on DisplayableEvent { label description metadataEntries { __typename label } }
        ... on StepEvent { stepKey }
      }
    }
  }
}`;

/** How far a run has come when its launch is answered is chance. */
export const launched =
  "__typename ... on LaunchRunSuccess { run { __typename runId pipelineName mode rootRunId parentRunId solidSelection stepKeysToExecute } }";
export const launch = (
  name: string,
  executionParams: object,
  field: "launchRun" | "launchPipelineExecution" = "launchRun",
): Step => ({
  title: `${field}: ${name}`,
  operation: `mutation ($executionParams: ExecutionParams!) { ${field}(executionParams: $executionParams) { ${launched} } }`,
  variables: { executionParams },
  remember: { [name]: `${field}.run.runId` },
});
export const reexecute = (
  name: string,
  field: "launchRunReexecution" | "launchPipelineReexecution",
  variables: (known: Known) => object,
): Step => ({
  title: `${field}: ${name}`,
  operation: `mutation ($reexecutionParams: ReexecutionParams, $executionParams: ExecutionParams) {
    ${field}(reexecutionParams: $reexecutionParams, executionParams: $executionParams) { ${launched} }
  }`,
  variables,
  remember: { [name]: `${field}.run.runId` },
});

/** Launches a job, waits for the end, and looks at all that the run has become. */
export const run = (name: string, params: object, ...more: readonly Step[]): readonly Step[] => [
  launch(name, params),
  ...look(name),
  ...more,
];

export const look = (name: string): readonly Step[] => [
  ask("runOrError", `${name}, at its end`, (known) => ({ runId: known(name) }), { depth: 2, until: { is: ended } }),
  { title: `the log of ${name}`, operation: log, variables: (known) => ({ runId: known(name) }) },
];
