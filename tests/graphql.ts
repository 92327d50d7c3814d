import { setTimeout as delay } from "node:timers/promises";

/** A run as a client of the API sees it after its end. */
export interface FinishedRun {
  readonly runId: string;
  readonly status: "SUCCESS" | "FAILURE" | "CANCELED";
  /** In the order of the log. */
  readonly events: readonly { readonly __typename: string; readonly stepKey?: string | null; readonly message: string }[];
}

/** Sends one operation; throws with the server's own words when the answer has errors. */
export async function query<Data>(url: string, document: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(120_000),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
  if (!data || errors) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(errors)}`);
  return data;
}

/** Asks until the answer is there; a server that is not up yet is no answer. The error of the last attempt is in the failure. */
export async function until<Answer>(what: string, ask: () => Promise<Answer | undefined>, timeoutMs = 60_000): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(100);
  }
  throw new Error(`Not within ${timeoutMs} ms: ${what}`, { cause: last });
}

/** Launches a job when its code location is loaded and waits for the run's end. */
export async function launchAndWait(url: string, location: string, job: string): Promise<FinishedRun> {
  const selector = { repositoryLocationName: location, repositoryName: "__repository__", pipelineName: job };
  const runId = await until(`${job} of ${location} is launched`, async () => {
    const { launchRun } = await query<{ launchRun: { __typename: string; message?: string; run?: { runId: string } } }>(
      url,
      `mutation ($selector: JobOrPipelineSelector!) {
        launchRun(executionParams: { selector: $selector, runConfigData: {}, mode: "default" }) {
          __typename
          ... on LaunchRunSuccess { run { runId } }
          ... on PipelineNotFoundError { message }
          ... on PythonError { message }
        }
      }`,
      { selector },
    );
    // Until the webserver has seen the location, it knows no such job.
    if (launchRun.__typename === "PipelineNotFoundError") return undefined;
    if (!launchRun.run) throw new Error(`${launchRun.__typename}: ${launchRun.message}`);
    return launchRun.run.runId;
  });
  const status = await until(`run ${runId} ends`, async () => {
    const { runOrError } = await query<{ runOrError: { status?: string } }>(
      url,
      "query ($runId: ID!) { runOrError(runId: $runId) { ... on Run { status } } }",
      { runId },
    );
    return finalStatuses.find((final) => final === runOrError.status);
  });
  const { logsForRun } = await query<{ logsForRun: { events: FinishedRun["events"] } }>(
    url,
    `query ($runId: ID!) {
      logsForRun(runId: $runId) {
        ... on EventConnection { events { __typename ... on MessageEvent { message stepKey } } }
      }
    }`,
    { runId },
  );
  return { runId, status, events: logsForRun.events };
}

const finalStatuses = ["SUCCESS", "FAILURE", "CANCELED"] as const;
