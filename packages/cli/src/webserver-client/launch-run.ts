import { RefusedError, RunConfigInvalidError } from "../errors.ts";
import type { QueryOptions, WebserverClient } from "./webserver-client.ts";

export interface LaunchTarget {
  readonly location: string;
  readonly job: string;
  /** For asset jobs: the assets to materialize, as paths. */
  readonly assetSelection?: readonly (readonly string[])[];
  /** Queries for the ops to execute; none: all. */
  readonly opSelection?: readonly string[];
  /** An object, or YAML or JSON text. */
  readonly runConfig?: unknown;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface LaunchedRun {
  readonly runId: string;
  /** `CANCELED` when its job skips runs while another one is under way; a warning says so. */
  readonly status: string;
}

/**
 * Launches a run.
 *
 * @throws RunConfigInvalidError with everything that is wrong with the run config
 * @throws RefusedError when the job or a selected asset is unknown, or the run could not be started
 */
export async function launchRun(
  client: WebserverClient,
  { location, job, assetSelection, opSelection = [], runConfig, tags = {} }: LaunchTarget,
  options: QueryOptions = {},
): Promise<LaunchedRun> {
  const executionParams = {
    selector: {
      repositoryLocationName: location,
      repositoryName: "__repository__",
      jobName: job,
      ...(assetSelection !== undefined && { assetSelection: assetSelection.map((path) => ({ path })) }),
      ...(opSelection.length > 0 && { solidSelection: opSelection }),
    },
    runConfigData: runConfig ?? {},
    executionMetadata: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  };
  const { launchRun: answer } = await client.query<LaunchAnswer>(mutation, { executionParams }, options);
  if (answer.run !== undefined) return answer.run;
  if (answer.errors !== undefined) throw new RunConfigInvalidError(job, answer.errors);
  throw new RefusedError(answer.message ?? `The run was not launched: ${answer.__typename}`);
}

const mutation = `
  mutation Launch($executionParams: ExecutionParams!) {
    launchRun(executionParams: $executionParams) {
      __typename
      ... on LaunchRunSuccess { run { runId status } }
      ... on RunConfigValidationInvalid { errors { message path } }
      ... on Error { message }
    }
  }`;

interface LaunchAnswer {
  readonly launchRun: {
    readonly __typename: string;
    /** Of `LaunchRunSuccess`. */
    readonly run?: LaunchedRun;
    /** Of every `Error`. */
    readonly message?: string;
    /** Of `RunConfigValidationInvalid`. */
    readonly errors?: readonly { readonly message: string; readonly path: readonly string[] }[];
  };
}
