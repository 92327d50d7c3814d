import { ask, change, type Step } from "../frame/step.ts";
import { ended, launch, launched, look, reexecute, run } from "./launches.ts";
import { job, key, launching, tags, unknownRun } from "./selectors.ts";

const atLeaves = "all problems are told, each at its place, rather than that whole parts are missing";

/** What no launch takes. */
const refusedParams: Readonly<Record<string, object>> = {
  "a job that there is not": launching("nothing"),
  "wrong config": launching("configured", { runConfig: { ops: {} } }),
  "a part that there is not": launching("process_numbers", { solidSelection: ["nothing"] }),
  "a step that there is not": { ...launching("process_numbers"), stepKeys: ["nothing"] },
  "a preset that there is not": { selector: job("process_numbers"), preset: "nothing" },
  "a preset beside config": { ...launching("process_numbers", { runConfig: { ops: {} } }), preset: "nothing" },
};

/** Runs of jobs: how they end, what is asked of them, and what is done to them. */
export const runSteps: readonly Step[] = [
  ask("runsOrError", "before any run"),
  ask("runTagKeysOrError", "before any run"),
  ...run("the numbers", launching("process_numbers", { given: { team: "a" } })),
  ...run("a part of the numbers", launching("process_numbers", { solidSelection: ["*filter_even_numbers"] })),
  ...run(
    "the configured",
    launching("configured", {
      runConfig: {
        resources: { warehouse: { config: { url: "a" } } },
        ops: { write: { config: { table: "a", target: { file: { path: "b" } } } } },
      },
    }),
  ),
  ...run("the mapped", launching("mapped")),
  reexecute("the mapped again", "launchRunReexecution", (known) => ({
    reexecutionParams: { parentRunId: known("the mapped"), strategy: "FROM_FAILURE" },
  })),
  ...look("the mapped again"),
  ...run("the nested", launching("within")),
  change("setConcurrencyLimit", "of the pool that a job's steps share", { concurrencyKey: "db", limit: 1 }),
  ...run("the pooled", launching("pooled")),
  {
    title: "one step of the pooled has waited for the other",
    operation: `query ($runId: ID!) {
      logsForRun(runId: $runId) {
        ... on EventConnection { events { ... on EngineEvent { metadataEntries { ... on PoolMetadataEntry { pool } } } } }
      }
    }`,
    variables: (known) => ({ runId: known("the pooled") }),
    until: {
      is: ({ logsForRun }: { logsForRun: { events: { metadataEntries?: { pool?: string }[] }[] } }) =>
        logsForRun.events.some(({ metadataEntries }) => metadataEntries?.some(({ pool }) => pool === "db")),
    },
    tolerated: { logsForRun: "how often it looks is the engine's own" },
  },
  ...run("the flaky", launching("flaky")),
  ...run("the giving up", launching("giving_up")),
  ...run("the failing", launching("failing")),
  {
    title: "what the code of the failing threw, as scripts ask for it",
    operation: `query ($runId: ID!) {
      logsForRun(runId: $runId) {
        __typename
        ... on EventConnection {
          events {
            __typename
            ... on MessageEvent { stepKey }
            ... on ExecutionStepFailureEvent { error { cause { __typename message cause { message } } } }
          }
        }
      }
    }`,
    variables: (known) => ({ runId: known("the failing") }),
  },
  reexecute("the failing again", "launchPipelineReexecution", (known) => ({
    reexecutionParams: { parentRunId: known("the failing"), strategy: "FROM_FAILURE" },
  })),
  ...look("the failing again"),
  reexecute("the failing once more", "launchRunReexecution", (known) => ({
    reexecutionParams: { parentRunId: known("the failing"), strategy: "ALL_STEPS" },
  })),
  ...look("the failing once more"),
  change("launchRunReexecution", "of a run that there is not", {
    reexecutionParams: { parentRunId: unknownRun, strategy: "ALL_STEPS" },
  }),
  change("launchRunReexecution", "from the failure of a run that succeeded", (known) => ({
    reexecutionParams: { parentRunId: known("the numbers"), strategy: "FROM_FAILURE" },
  })),
  reexecute("some steps", "launchRunReexecution", (known) => ({
    executionParams: {
      ...launching("failing"),
      executionMetadata: {
        parentRunId: known("the failing"),
        rootRunId: known("the failing"),
        tags: tags({ "dagster/parent_run_id": known("the failing"), "dagster/root_run_id": known("the failing") }),
      },
      stepKeys: ["broken", "after"],
    },
  })),
  ...look("some steps"),
  change("launchRunReexecution", "with neither", {}),
  ask("runGroupOrError", "of a run with others", (known) => ({ runId: known("the failing again") }), { depth: 2 }),
  ask("runGroupOrError", "of a run that there is not", { runId: unknownRun }),

  ...(["launchRun", "launchPipelineExecution"] as const).flatMap((field) =>
    Object.entries(refusedParams).map(([title, executionParams]) =>
      change(
        field,
        title,
        { executionParams },
        { depth: 3, ...(title === "wrong config" && { tolerated: { errors: atLeaves } }) },
      ),
    ),
  ),
  ...(["launchRunReexecution", "launchPipelineReexecution"] as const).flatMap((field) =>
    Object.entries(refusedParams).map(([title, executionParams]) => change(field, title, { executionParams }, { depth: 3 })),
  ),
  ...Object.entries({ "config that is no YAML": "{", "config that is a list": "[1]", "config that is a number": 7 }).map(
    ([title, runConfig]) => change("launchRun", title, { executionParams: launching("process_numbers", { runConfig }) }),
  ),
  launch("what has an older name", launching("process_numbers"), "launchPipelineExecution"),
  ...look("what has an older name"),
  launch("the texted", launching("process_numbers", { runConfig: "ops: {}" })),
  ask("runOrError", "the texted, at its end", (known) => ({ runId: known("the texted") }), { depth: 1, until: { is: ended } }),
  change("launchRun", "assets that there are not", {
    executionParams: launching("__ASSET_JOB", { assetSelection: [key("nothing")] }),
  }),
  {
    title: "launchMultipleRuns: one that can be and one that cannot",
    operation: `mutation ($executionParamsList: [ExecutionParams!]!) {
      launchMultipleRuns(executionParamsList: $executionParamsList) {
        __typename
        ... on LaunchMultipleRunsResult { launchMultipleRunsResult { ${launched} } }
      }
    }`,
    variables: { executionParamsList: [launching("ping"), launching("nothing")] },
  },

  ask(
    "runsOrError",
    "after ping",
    { filter: { pipelineName: "ping" } },
    { depth: 2, until: { is: ({ runsOrError }) => runsOrError.results[0]?.status === "SUCCESS" } },
  ),
  ask("runsOrError", "all", {}, { depth: 1 }),
  ask("runsOrError", "a page", (known) => ({ cursor: known("the failing"), limit: 2 }), { depth: 1 }),
  ask("runsOrError", "by status", { filter: { statuses: ["FAILURE"] } }, { depth: 1 }),
  ask("runsOrError", "by tag", { filter: { tags: [{ key: "team", value: "a" }] } }, { depth: 1 }),
  ask("runsOrError", "by ids", (known) => ({ filter: { runIds: [known("the numbers"), unknownRun] } }), { depth: 1 }),
  ...(["runsOrError", "runIdsOrError", "pipelineRunsOrError"] as const).map((field) =>
    ask(
      field,
      "on from a run that there is not",
      { cursor: "nothing", limit: 2 },
      {
        depth: 0,
        tolerated: { [field]: "says that the cursor is none, rather than that the list has ended" },
      },
    ),
  ),
  ask(
    "runsOrError",
    "by mode",
    { filter: { mode: "other" } },
    { depth: 1, tolerated: { runsOrError: "no run has another mode; Dagster does not look" } },
  ),
  ask("pipelineRunsOrError", "by snapshot", { filter: { snapshotId: "none" } }, { depth: 1 }),
  ask("pipelineRunOrError", "one", (known) => ({ runId: known("the numbers") }), { depth: 1 }),
  ask("pipelineRunOrError", "one that there is not", { runId: unknownRun }),
  ask("runOrError", "one that there is not", { runId: unknownRun }),
  ask("runOrError", "no id at all", { runId: "nothing" }),
  ask("runIdsOrError", "all", {}, { depth: 1 }),
  ask("runIdsOrError", "two failed", { filter: { statuses: ["FAILURE"] }, limit: 2 }, { depth: 1 }),
  ask("runsFeedOrError", "all", { limit: 100, view: "ROOTS" }, { depth: 2 }),
  ask("runsFeedOrError", "runs", { limit: 3, view: "RUNS" }, { depth: 2 }),
  ask("runsFeedCountOrError", "roots", { view: "ROOTS" }),
  ask("runTagKeysOrError", "after some runs", {}, { depth: 1 }),
  ask("runTagsOrError", "all of a key", { tagKeys: ["team"] }, { depth: 2 }),
  ask("runTagsOrError", "with a prefix", { tagKeys: ["team"], valuePrefix: "b" }, { depth: 2 }),
  ask("logsForRun", "a page", (known) => ({ runId: known("the numbers"), limit: 3 }), { depth: 2 }),
  ask("logsForRun", "of a run that there is not", { runId: unknownRun }),
  ask("capturedLogsMetadata", "of nothing", { logKey: ["nothing"] }),
  ask("capturedLogs", "of nothing", { logKey: ["nothing"] }),

  launch("the endless", launching("endless", { given: { "compat/process": "yes" } })),
  ask("runOrError", "the endless, while it runs", (known) => ({ runId: known("the endless") }), {
    depth: 1,
    until: {
      is: ({ runOrError }: { runOrError: { stepStats: { status: string }[] } }) =>
        runOrError.stepStats.some(({ status }) => status === "IN_PROGRESS"),
    },
  }),
  // How far the run has come by the time of the answer is chance.
  {
    title: "terminateRun: one that runs",
    operation: `mutation ($runId: String!) {
      terminateRun(runId: $runId) { __typename ... on TerminateRunSuccess { run { __typename runId } } ... on Error { message } }
    }`,
    variables: (known) => ({ runId: known("the endless") }),
  },
  ...look("the endless"),
  launch("another endless", launching("endless", { given: { "compat/process": "yes" } })),
  change("terminatePipelineExecution", "one that was launched", (known) => ({ runId: known("another endless") }), {
    depth: 0,
    until: { is: ({ terminatePipelineExecution: { __typename } }) => __typename === "TerminateRunSuccess" },
  }),
  {
    title: "another endless, at its end",
    operation: "query ($runId: ID!) { runOrError(runId: $runId) { __typename ... on Run { status canTerminate } } }",
    variables: (known) => ({ runId: known("another endless") }),
    until: { is: ended },
  },
  change("terminateRun", "one that has ended", (known) => ({ runId: known("the endless") }), { depth: 1 }),
  change("terminatePipelineExecution", "one that has ended", (known) => ({ runId: known("the endless") }), { depth: 1 }),
  change("terminatePipelineExecution", "one that there is not", { runId: unknownRun }),
  change("terminateRun", "one that there is not", { runId: unknownRun }),
  change(
    "terminateRun",
    "one that has ended, at once",
    (known) => ({ runId: known("the endless"), terminatePolicy: "MARK_AS_CANCELED_IMMEDIATELY" }),
    { depth: 1 },
  ),
  change("terminateRuns", "several", (known) => ({ runIds: [known("the endless"), unknownRun] }), { depth: 2 }),
  change("deleteRun", "one", (known) => ({ runId: known("the texted") })),
  change("deleteRun", "it again", (known) => ({ runId: known("the texted") })),
  change("deletePipelineRun", "one", (known) => ({ runId: known("some steps") })),
  change("deletePipelineRun", "one that there is not", { runId: unknownRun }),
];
