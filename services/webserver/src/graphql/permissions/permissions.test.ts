import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  getNamedType,
} from "graphql";
import { expect, test } from "vitest";

import { makeViewer } from "../../viewer.ts";
import { launch } from "../../testing/run-history.ts";
import { selector, serveNumbers } from "../../testing/served-numbers.ts";
import { makeSchema } from "../schema.ts";
import { mutationPermissions } from "./mutation-permissions.ts";

/** The least that the type takes, for a thing that is not there. */
function least(type: GraphQLInputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [least(inner.ofType)];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  if (isInputObjectType(inner)) {
    const required = Object.values(inner.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, least(field.type)]));
  }
  return { Int: 1, Float: 1, Boolean: true }[inner.name] ?? "nothing";
}

test("a read-only webserver refuses every mutation that changes something, by the union's own error where it has one", async () => {
  await using served = await serveNumbers({ readOnly: true });
  const fields = Object.values(makeSchema().getMutationType()!.getFields());
  const answers: Record<string, unknown> = {};
  for (const { name, args, type } of fields) {
    const declared = args.map((arg) => `$${arg.name}: ${arg.type.toString()}`).join(", ");
    const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
    const named = getNamedType(type);
    const isMember = isUnionType(named) && named.getTypes().some((member) => member.name === "UnauthorizedError");
    const items =
      name === "launchMultipleRuns"
        ? "... on LaunchMultipleRunsResult { items: launchMultipleRunsResult { __typename } }"
        : name === "terminateRuns"
          ? "... on TerminateRunsResult { items: terminateRunResults { __typename } }"
          : "";
    const selection = isUnionType(named)
      ? `{ __typename ${items} ${isMember ? "... on UnauthorizedError { message }" : ""} }`
      : "";
    const text = `mutation${declared === "" ? "" : `(${declared})`} { answer: ${name}${passed === "" ? "" : `(${passed})`} ${selection} }`;
    const variables = Object.fromEntries(args.filter((arg) => isNonNullType(arg.type)).map((arg) => [arg.name, least(arg.type)]));
    const { data, errors } = await served.graphql(text, variables);
    const needs = mutationPermissions[name as keyof typeof mutationPermissions];
    const answer: unknown = data?.answer;
    if (needs === "nothing") expect({ name, errors }).toEqual({ name });
    else if ("perItem" in needs)
      expect({ name, answer }).toMatchObject({ name, answer: { items: [{ __typename: "UnauthorizedError" }] } });
    else if (isMember)
      expect({ name, answer }).toMatchObject({
        name,
        answer: { __typename: "UnauthorizedError", message: expect.stringMatching(/permission \w+/) },
      });
    else if (isUnionType(named)) expect({ name, answer }).toMatchObject({ name, answer: { __typename: "PythonError" } });
    else expect({ name, cls: errors?.[0]?.extensions.errorInfo.cls_name }).toEqual({ name, cls: "UnauthorizedError" });
    answers[name] = answer;
  }
  expect(Object.keys(answers)).toHaveLength(fields.length);
  expect(served.workspace.launched).toEqual([]);
});

const mayLaunchIn = (location: string) => () =>
  makeViewer({
    name: "ada",
    isGranted: (permission, at) => at === location && permission === "launch_pipeline_execution",
    deniedReason: "Ask an administrator",
  });

test("what is about a code location is asked there", async () => {
  const asked = `mutation($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename ... on UnauthorizedError { message } } }`;
  const p = { selector: selector("process_numbers"), mode: "default" };
  const told = `{
    workspaceOrError { ... on Workspace { locationEntries { permissions { permission value disabledReason } } } }
    permissions { permission value disabledReason }
    pipelineOrError(params: {pipelineName: "process_numbers", repositoryName: "__repository__", repositoryLocationName: "numbers"}) {
      ... on Pipeline { hasLaunchExecutionPermission hasLaunchReexecutionPermission } }
  }`;
  const shown = (list: { permission: string; value: boolean }[]) =>
    list.filter(({ value }) => value).map(({ permission }) => permission);
  {
    await using served = await serveNumbers({ viewers: mayLaunchIn("numbers") });
    expect((await served.graphql(asked, { p })).data.launchRun.__typename).toBe("LaunchRunSuccess");
    const { data } = await served.graphql(told);
    const inLocation = data.workspaceOrError.locationEntries[0].permissions;
    expect(inLocation).toHaveLength(18);
    expect(shown(inLocation)).toEqual(["launch_pipeline_execution"]);
    expect(data.permissions).toHaveLength(21);
    expect(shown(data.permissions)).toEqual([]);
    expect(data.permissions[0]).toEqual({
      permission: "launch_pipeline_execution",
      value: false,
      disabledReason: "Ask an administrator",
    });
    expect(data.pipelineOrError).toEqual({ hasLaunchExecutionPermission: true, hasLaunchReexecutionPermission: false });
  }
  await using served = await serveNumbers({ viewers: mayLaunchIn("letters") });
  expect((await served.graphql(asked, { p })).data.launchRun).toEqual({
    __typename: "UnauthorizedError",
    message: "Ask an administrator (permission launch_pipeline_execution)",
  });
});

test("what is about a run is asked where the run belongs, also when the client names only the run", async () => {
  await using served = await serveNumbers({ viewers: mayLaunchIn("numbers") });
  const runId = await launch(served);
  const terminate = `mutation($ids: [String!]!) { terminateRuns(runIds: $ids) { ... on TerminateRunsResult { terminateRunResults { __typename } } } }`;
  expect((await served.graphql(terminate, { ids: [runId, "nothing"] })).data.terminateRuns.terminateRunResults).toEqual([
    { __typename: "TerminateRunFailure" },
    { __typename: "UnauthorizedError" },
  ]);
  for (const name of ["terminateRun", "terminatePipelineExecution"]) {
    const one = `mutation($id: String!) { answer: ${name}(runId: $id) { __typename ... on TerminateRunFailure { message run { status } } } }`;
    expect((await served.graphql(one, { id: runId })).data.answer).toEqual({
      __typename: "TerminateRunFailure",
      message: "Ask an administrator (permission terminate_pipeline_execution)",
      run: { status: "STARTING" },
    });
  }
  expect(served.workspace.terminated).toEqual([]);
  const priority = `mutation($id: String!) { setRunPriority(runId: $id, priority: 1) { __typename } }`;
  expect((await served.graphql(priority, { id: runId })).data.setRunPriority.__typename).not.toBe("UnauthorizedError");
  // Nobody knows where a run belongs that is not there, so the whole deployment is asked.
  expect((await served.graphql(priority, { id: "nothing" })).data.setRunPriority.__typename).toBe("UnauthorizedError");
});
