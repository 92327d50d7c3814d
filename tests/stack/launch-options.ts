/** The variables of a `launchRun` of one of the stack's jobs. */
export const launchOptionsFor = (jobName: string, runConfigData: unknown) => ({
  params: { selector: { repositoryLocationName: "project", repositoryName: "__repository__", jobName }, runConfigData },
});
