/** What both servers call the location that has all of the projects. */
export const repository = { repositoryName: "__repository__", repositoryLocationName: "project" };
export const nowhere = { repositoryName: "__repository__", repositoryLocationName: "nowhere" };

export const job = (pipelineName: string, more: object = {}) => ({ ...repository, pipelineName, ...more });
export const key = (...path: string[]) => ({ path });
export const schedule = (scheduleName: string) => ({ ...repository, scheduleName });
export const sensor = (sensorName: string) => ({ ...repository, sensorName });
export const tags = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, value]) => ({ key: name, value }));

/** Parameters of a launch. */
export const launching = (jobName: string, { runConfig = {}, given = {}, ...selector }: LaunchingOptions = {}) => ({
  selector: { ...repository, pipelineName: jobName, ...selector },
  runConfigData: runConfig,
  mode: "default",
  executionMetadata: { tags: tags(given) },
});

export interface LaunchingOptions {
  readonly runConfig?: unknown;
  /** Tags. */
  readonly given?: Readonly<Record<string, string>>;
  readonly assetSelection?: readonly object[];
  readonly assetCheckSelection?: readonly object[];
  readonly solidSelection?: readonly string[];
}

export const unknownRun = "00000000-0000-4000-8000-000000000000";
