import { definitions, dynamicOut, dynamicOutput, failureHook, job, op, successHook } from "@dagwright/definitions";
import { stepKey } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";

import { launch, work } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

const number = z.number();
const parts = op("parts", { out: dynamicOut(number) }, function* () {
  yield dynamicOutput(1, { mappingKey: "one" });
});
const double = op("double", { ins: { n: number }, out: number }, ({ n }) => n * 2);
const increase = op("increase", { ins: { n: number }, out: number }, ({ n }) => n + 1);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) => numbers.length);
const seed = op("seed", { out: number }, () => 1);
const add = op("add", { ins: { a: number, b: number }, out: number }, ({ a, b }) => a + b);
const told = successHook("told", () => undefined);
const warned = failureHook("warned", () => undefined);
const project = definitions({
  jobs: [
    job("mapped", { hooks: [told] }, () => {
      const made = parts();
      total({ numbers: made.map((n) => increase({ n: double({ n }) })).collect() });
      total.alias("total_of_parts")({ numbers: made.collect() });
      double.alias("apart").withHooks(warned)({ n: seed() });
    }),
    job("diamonds", () => {
      let n = seed();
      for (let level = 1; level < 60; level += 1) n = add.alias(`add_${level}`)({ a: n, b: n });
    }),
  ],
});

const pipeline = (pipelineName: string) => ({
  pipelineName,
  repositoryName: "__repository__",
  repositoryLocationName: "numbers",
});
const mappedOf = (steps: readonly { readonly solid: { readonly name: string; readonly isDynamicMapped: boolean } }[]) =>
  steps.filter(({ solid }) => solid.isDynamicMapped).map(({ solid }) => solid.name);

test("nodes tell what is mapped and collected, and their plan which steps are not there yet", async () => {
  await using served = await serveNumbers({ project });
  const { data, errors } = await served.graphql(
    `query($selector: PipelineSelector!) {
      pipelineOrError(params: $selector) { ... on Pipeline {
        solidHandles { solid {
          name isDynamicMapped
          inputs { isDynamicCollect definition { name } }
          definition { ... on SolidDefinition { outputDefinitions { isDynamic } } }
        } }
      } }
      executionPlanOrError(pipeline: $selector, mode: "default", runConfigData: {}) {
        __typename ... on ExecutionPlan { steps { key kind solidHandleID inputs { name dependsOn { key kind } } } }
      }
    }`,
    { selector: pipeline("mapped") },
  );
  expect(errors).toBeUndefined();
  const { solidHandles } = data.pipelineOrError;
  expect(mappedOf(solidHandles)).toEqual(["double", "increase"]);
  const solids = solidHandles.map(({ solid }: { solid: unknown }) => solid);
  expect(
    solids
      .filter((solid: { inputs: { isDynamicCollect: boolean }[] }) =>
        solid.inputs.some(({ isDynamicCollect }) => isDynamicCollect),
      )
      .map(({ name }: { name: string }) => name),
  ).toEqual(["total", "total_of_parts"]);
  const parts = solids.find(({ name }: { name: string }) => name === "parts");
  expect(parts.definition.outputDefinitions).toEqual([{ isDynamic: true }]);
  const steps = data.executionPlanOrError.steps as { key: string; kind: string; solidHandleID: string }[];
  expect(Object.fromEntries(steps.map(({ key, kind }) => [key, kind]))).toEqual({
    parts: "COMPUTE",
    "double[?]": "UNRESOLVED_MAPPED",
    "increase[?]": "UNRESOLVED_MAPPED",
    total: "UNRESOLVED_COLLECT",
    total_of_parts: "UNRESOLVED_COLLECT",
    seed: "COMPUTE",
    apart: "COMPUTE",
  });
  expect(steps.find(({ key }) => key === "increase[?]")).toMatchObject({
    solidHandleID: "increase",
    inputs: [{ name: "n", dependsOn: [{ key: "double[?]", kind: "UNRESOLVED_MAPPED" }] }],
  });
});

test("many paths to a node take no longer than few", { timeout: 20_000 }, async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(
    `query($selector: PipelineSelector!) { pipelineOrError(params: $selector) { ... on Pipeline { solidHandles { solid { name isDynamicMapped } } } } }`,
    { selector: pipeline("diamonds") },
  );
  expect(data.pipelineOrError.solidHandles).toHaveLength(60);
  expect(mappedOf(data.pipelineOrError.solidHandles)).toEqual([]);
});

test("a run's log tells what became of hooks", async () => {
  await using served = await serveNumbers({ project });
  const id = await launch(served, "mapped");
  const base = { atMs: Date.now(), stepKey: stepKey("double[one]"), message: "hook" };
  const error = { name: "Error", message: "no channel", stack: [] };
  await work(served, served.workspace.launched[0]!, [
    { ...base, type: "HOOK_COMPLETED", hookName: "told" },
    { ...base, type: "HOOK_SKIPPED", hookName: "warned" },
    { ...base, type: "HOOK_ERRORED", hookName: "told", error },
  ]);
  const { data, errors } = await served.graphql(
    `query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
      __typename ... on MessageEvent { eventType stepKey solidHandleID } ... on HookErroredEvent { error { message } }
    } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  const hooks = data.logsForRun.events.filter(({ __typename }: { __typename: string }) => __typename.startsWith("Hook"));
  const of = { stepKey: "double[one]", solidHandleID: "double" };
  expect(hooks).toEqual([
    { __typename: "HookCompletedEvent", eventType: "HOOK_COMPLETED", ...of },
    { __typename: "HookSkippedEvent", eventType: "HOOK_SKIPPED", ...of },
    {
      __typename: "HookErroredEvent",
      eventType: "HOOK_ERRORED",
      ...of,
      error: { message: expect.stringContaining("no channel") },
    },
  ]);
});
