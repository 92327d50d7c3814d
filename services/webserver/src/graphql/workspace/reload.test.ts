import { expect, test } from "vitest";

import { serveNumbers } from "../../testing/served-numbers.ts";

const workspaceQuery = `{ workspaceOrError { ... on Workspace { locationEntries {
  id name loadStatus versionKey
  locationOrLoadError { __typename ... on RepositoryLocation { repositories { name location { id } } isReloadSupported } ... on PythonError { message className stack } }
} } } locationStatusesOrError { ... on WorkspaceLocationStatusEntries { entries { id versionKey } } } }`;

test("code that does not load is shown with its file and line", async () => {
  await using served = await serveNumbers();
  served.workspace.change({
    status: "ERROR",
    loadError: {
      error: { name: "SyntaxError", message: "Unexpected token", stack: [] },
      file: "/project/src/definitions.ts",
      line: 3,
      column: 7,
    },
  });
  const { data } = await served.graphql(workspaceQuery);
  expect(data.workspaceOrError.locationEntries[0].locationOrLoadError).toMatchObject({
    __typename: "PythonError",
    className: "SyntaxError",
    message: expect.stringContaining("Unexpected token (/project/src/definitions.ts:3:7)"),
  });
  // The generation before still serves.
  const jobs = await served.graphql(`{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }`);
  expect(jobs.data.repositoriesOrError.nodes[0].jobs).toHaveLength(5);
  expect(await (await fetch(served.url)).text()).toContain("/project/src/definitions.ts:3");
});

test("a reload answers with the location as it is then, under a new version key", async () => {
  await using served = await serveNumbers();
  const before = (await served.graphql(workspaceQuery)).data;
  expect(before.locationStatusesOrError.entries).toEqual([{ id: "location_status:numbers", versionKey: "version-1" }]);
  const { data } = await served.graphql(
    `mutation { reloadRepositoryLocation(repositoryLocationName: "numbers") { __typename ... on WorkspaceLocationEntry { id versionKey loadStatus } } }`,
  );
  expect(data.reloadRepositoryLocation).toEqual({
    __typename: "WorkspaceLocationEntry",
    id: "numbers",
    versionKey: "version-1+",
    loadStatus: "LOADED",
  });
  const unknown = await served.graphql(
    `mutation { reloadRepositoryLocation(repositoryLocationName: "nope") { __typename ... on RepositoryLocationNotFound { message } } }`,
  );
  expect(unknown.data.reloadRepositoryLocation).toMatchObject({
    __typename: "RepositoryLocationNotFound",
    message: expect.stringContaining(`"nope"`),
  });
});

test("a location whose server is away makes a launch fail with its name, not hang", async () => {
  await using served = await serveNumbers();
  served.workspace.isAway = true;
  const { data } = await served.graphql(
    `mutation { launchRun(executionParams: {selector: {jobName: "process_numbers", repositoryName: "__repository__", repositoryLocationName: "numbers"}}) { __typename ... on PythonError { className message } } }`,
  );
  expect(data.launchRun).toMatchObject({ __typename: "PythonError", className: "CodeLocationUnreachableError" });
  expect(await served.storage.runs.count({})).toBe(0);
});

test("a server that cannot be shut down says why; one that is down already is as it was asked to be", async () => {
  await using served = await serveNumbers();
  const shutdown = `mutation { shutdownRepositoryLocation(repositoryLocationName: "numbers") {
    __typename ... on ShutdownRepositoryLocationSuccess { repositoryLocationName } ... on PythonError { message }
  } }`;
  expect((await served.graphql(shutdown)).data.shutdownRepositoryLocation).toEqual({
    __typename: "PythonError",
    message: expect.stringContaining("belongs to the program that started it"),
  });
  served.workspace.isAway = true;
  expect((await served.graphql(shutdown)).data.shutdownRepositoryLocation).toEqual({
    __typename: "ShutdownRepositoryLocationSuccess",
    repositoryLocationName: "numbers",
  });
});
