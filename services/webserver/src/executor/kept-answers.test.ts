import { asset, definitions } from "@dagwright/definitions";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";

import { defaultQueryLimits } from "../http/query-limits.ts";
import { serveNumbers } from "../testing/served-numbers.ts";
import { workspaceOfDefinitions } from "../testing/workspace-of-definitions.ts";
import { KeptAnswers, type Question } from "./kept-answers.ts";
import { anyone } from "../viewer.ts";
import { KnownQueries } from "./known-queries.ts";

const project = (...names: string[]) => definitions({ assets: names.map((name) => asset(name, () => 1)) });

test("what definitions say is answered anew as soon as they change, and errors of loading at once", async () => {
  await using served = await serveNumbers({ project: project("a") });
  const ask = async () =>
    (
      await served.graphql(`{ assetNodes { assetKey { path } }
        workspaceOrError { ... on Workspace { locationEntries { loadStatus locationOrLoadError { __typename } } } } }`)
    ).data;
  const paths = async () => (await ask()).assetNodes.map(({ assetKey }: { assetKey: { path: string[] } }) => assetKey.path[0]);
  expect([await paths(), await paths()]).toEqual([["a"], ["a"]]);
  const { snapshot } = workspaceOfDefinitions(project("a", "b")).location("numbers");
  served.workspace.change({ snapshot, versionKey: "version-2" });
  expect([await paths(), await paths()]).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  served.workspace.change({
    loadError: { error: { name: "Error", message: "no", stack: [] }, file: null, line: null, column: null },
  });
  expect((await ask()).workspaceOrError.locationEntries[0].locationOrLoadError).toEqual({ __typename: "PythonError" });
});

test("answers that depend on the clock, the database or a code location's server are not kept", async () => {
  await using served = await serveNumbers();
  const instance = async (query: string) => (await served.graphql(query)).data;
  const schedule = `scheduleOrError(scheduleSelector: {repositoryName: "__repository__", repositoryLocationName: "numbers", scheduleName: "process_numbers_every_minute"})`;
  const cursor = `{ ${schedule} { ... on Schedule { futureTicks(limit: 1) { cursor results { timestamp } } potentialTickTimestamps(upperLimit: 1, lowerLimit: 0) } } }`;
  const { Date: real } = globalThis;
  try {
    const first = await instance(cursor);
    const later = Date.now() + 3_600_000;
    globalThis.Date = class extends real {
      static override now = () => later;
    } as DateConstructor;
    expect(await instance(cursor)).not.toEqual(first);
  } finally {
    globalThis.Date = real;
  }
  const state = `{ ${schedule} { ... on Schedule { scheduleState { status } } } }`;
  const switched = `mutation { startSchedule(scheduleSelector: {repositoryName: "__repository__", repositoryLocationName: "numbers", scheduleName: "process_numbers_every_minute"}) { __typename } }`;
  expect((await instance(state)).scheduleOrError.scheduleState.status).toBe("STOPPED");
  await instance(switched);
  expect((await instance(state)).scheduleOrError.scheduleState.status).toBe("RUNNING");
});

test("an answer that a change overtook is not kept, and all together have a bound", () => {
  const workspace = workspaceOfDefinitions(project("a"));
  using answers = new KeptAnswers(workspace);
  const operation = new KnownQueries(buildSchema("type Query { a: Int }"), defaultQueryLimits).read("{ a }").operation(null)!;
  const viewer = anyone({ readOnly: false });
  const ask = (variables: Question["variables"] = {}): Question => ({ operation, variables, viewer });
  const { generation } = answers;
  workspace.change({ versionKey: "version-2" });
  answers.keep(ask(), "old", generation);
  expect(answers.get(ask())).toBeUndefined();

  const megabyte = "x".repeat(1024 * 1024);
  for (let index = 0; index < 100; index += 1) answers.keep(ask({ index }), megabyte, answers.generation);
  const kept = Array.from({ length: 100 }, (_, index) => answers.get(ask({ index }))).filter((answer) => answer !== undefined);
  expect(kept.length).toBe(63);
  expect(answers.get(ask({ index: 0 }))).toBeUndefined();
  expect(answers.get({ ...ask({ index: 99 }), viewer: anyone({ readOnly: true }) })).toBeUndefined();
  answers.keep(ask(), megabyte.repeat(17), answers.generation);
  expect(answers.get(ask())).toBeUndefined();
});
