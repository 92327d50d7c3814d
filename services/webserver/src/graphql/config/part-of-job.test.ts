import { asset, configMapping, defineAssetJob, definitions, job, op, resource } from "@dagwright/definitions";
import { expect, test } from "vitest";
import { z } from "zod";

import { selector, serveNumbers } from "../../testing/served-numbers.ts";

const int = z.int();
const config = z.object({ n: int });
const forB = resource("for_b", { config }, () => 1);
const a = asset("a", { config }, () => 1);
const b = asset("b", { config, resources: { forB } }, () => 1);
const make = op("make", { config, out: int }, () => 1);
const use = op("use", { ins: { x: int } }, () => {});
const project = definitions({
  assets: [a, b],
  resources: [forB],
  jobs: [
    defineAssetJob("assets"),
    job("ops", () => void use({ x: make() })),
    job(
      "mapped",
      { config: configMapping(z.object({ factor: int }), ({ factor }) => ({ ops: { make: { config: { n: factor } } } })) },
      () => void use({ x: make() }),
    ),
  ],
});

const onlyA = { ...selector("assets"), assetSelection: [{ path: ["a"] }] };
const n = { config: { n: 1 } };
/** The older selector of queries. */
const pipeline = ({ jobName, ...rest }: Readonly<Record<string, unknown>>): object => ({ pipelineName: jobName, ...rest });

const query = `query($selector: PipelineSelector!, $runConfig: RunConfigData) {
  isPipelineConfigValid(pipeline: $selector, mode: "default", runConfigData: $runConfig) {
    __typename ... on RunConfigValidationInvalid { errors { message path ... on MissingFieldConfigError { field { name configTypeKey } } } }
  }
  executionPlanOrError(pipeline: $selector, mode: "default", runConfigData: $runConfig) { __typename }
  runConfigSchemaOrError(selector: $selector) { ... on RunConfigSchema {
    isRunConfigValid(runConfigData: $runConfig) { __typename }
    rootDefaultYaml
    rootConfigType { key ... on CompositeConfigType { fields { name isRequired configType { key ... on CompositeConfigType {
      fields { name isRequired description configType { ... on CompositeConfigType { fields { name isRequired } } } } } } } } }
    allConfigTypes { key }
  } }
}`;

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly configType: { readonly fields?: readonly Field[] };
}

/** The required fields, as paths. */
const requiredOf = (fields: readonly Field[], path = ""): readonly string[] =>
  fields.flatMap(({ name, isRequired, configType }) => {
    const inner = requiredOf(configType?.fields ?? [], `${path}${name}.`);
    return isRequired ? (inner.length > 0 ? inner : [`${path}${name}`]) : [];
  });

test("clients see the schema of what is selected, and config for that is enough", async () => {
  await using served = await serveNumbers({ project });
  const ask = async (given: Readonly<Record<string, unknown>>, runConfig: object) => {
    const { data, errors } = await served.graphql(query, { selector: pipeline(given), runConfig });
    expect(errors).toBeUndefined();
    return data;
  };
  const part = await ask(onlyA, { ops: { a: n } });
  expect(part.isPipelineConfigValid.__typename).toBe("PipelineConfigValidationValid");
  expect(part.executionPlanOrError.__typename).toBe("ExecutionPlan");
  const schema = part.runConfigSchemaOrError;
  expect(schema.isRunConfigValid.__typename).toBe("PipelineConfigValidationValid");
  expect(requiredOf(schema.rootConfigType.fields)).toEqual(["ops.a.config"]);
  expect(schema.allConfigTypes.map(({ key }: { readonly key: string }) => key)).toContain(schema.rootConfigType.key);

  const whole = await ask(selector("assets"), { ops: { a: n } });
  expect(whole.isPipelineConfigValid.errors.map(({ message }: { readonly message: string }) => message)).toEqual([
    "ops.b.config.n: is missing; it needs a whole number",
    "resources.for_b.config.n: is missing; it needs a whole number",
  ]);
  expect(requiredOf(whole.runConfigSchemaOrError.rootConfigType.fields)).toEqual([
    "ops.a.config",
    "ops.b.config",
    "resources.for_b.config",
  ]);

  const op = await ask({ ...selector("ops"), solidSelection: ["use"] }, {});
  expect(op.isPipelineConfigValid.errors).toEqual([
    {
      message: "ops.use.inputs.x: is missing; it needs a value, since the op that makes it is not selected",
      path: ["ops", "use", "inputs"],
      field: { name: "x", configTypeKey: "Any" },
    },
  ]);
  expect(requiredOf(op.runConfigSchemaOrError.rootConfigType.fields)).toEqual(["ops.use.inputs"]);
});

test("what a mapping takes is a job's schema", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(query, { selector: pipeline(selector("mapped")), runConfig: { factor: 2 } });
  expect(data.isPipelineConfigValid.__typename).toBe("PipelineConfigValidationValid");
  expect(requiredOf(data.runConfigSchemaOrError.rootConfigType.fields)).toEqual(["factor"]);
});

const launchRun = `mutation($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on Error { message }
  }
}`;

test("runs of a part are launched with its config, and a run that goes on from another has its values", async () => {
  await using served = await serveNumbers({ project });
  const launch = async (params: object) => {
    const { data, errors } = await served.graphql(launchRun, { params });
    expect(errors).toBeUndefined();
    return data.launchRun;
  };
  expect((await launch({ selector: onlyA, runConfigData: { ops: { a: n } } })).__typename).toBe("LaunchRunSuccess");
  expect(await launch({ selector: onlyA, runConfigData: { ops: { a: n, b: { config: { n: "x" } } } } })).toMatchObject({
    errors: [{ message: "ops.b.config.n: expected a whole number, got 'x'" }],
  });
  const use = { ...selector("ops"), solidSelection: ["use"] };
  expect((await launch({ selector: use, runConfigData: { ops: { use: { inputs: { x: { value: 1 } } } } } })).__typename).toBe(
    "LaunchRunSuccess",
  );
  const first = await launch({ selector: selector("ops"), runConfigData: { ops: { make: n } } });
  const { runId } = first.run;
  const again = { executionMetadata: { parentRunId: runId, rootRunId: runId }, stepKeys: ["use"] };
  expect((await launch({ selector: selector("ops"), runConfigData: {}, ...again })).__typename).toBe("LaunchRunSuccess");
});
