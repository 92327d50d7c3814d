import { asset, configured, definitions, envVar, graph, job, op, resource, secret } from "@dagwright/definitions";
import { expect, test } from "vitest";
import { z } from "zod";

import { serveNumbers } from "../../testing/served-numbers.ts";

const selector = `repositoryName: "__repository__", repositoryLocationName: "numbers"`;

const connection = resource("connection", { config: z.object({ host: z.string(), retries: z.int().default(3) }) }, () => 1);
const warehouse = configured(
  resource(
    "warehouse",
    {
      config: z.object({ password: z.string(), token: secret(z.string()), schemas: z.array(z.string()) }),
      resources: { connection },
    },
    () => 1,
  ),
  { password: envVar("WAREHOUSE_PASSWORD"), token: "s3cr3t", schemas: ["raw", "marts"] },
);
const load = op("load", { resources: { warehouse } }, () => 1);
const inner = graph("inner", () => load());
const nightly = job("nightly", () => {
  inner();
  load();
});
const orders = asset("orders", { resources: { connection } }, () => 1);
const project = definitions({ jobs: [nightly], assets: [orders], resources: [connection, warehouse] });

test("resources tell their config, what they are built from, what uses them and which variables they read", async () => {
  await using served = await serveNumbers({ project });
  const { data, errors } = await served.graphql(`{
    one: topLevelResourceDetailsOrError(resourceSelector: {resourceName: "connection", ${selector}}) { ...Details }
    two: topLevelResourceDetailsOrError(resourceSelector: {resourceName: "warehouse", ${selector}}) { ...Details }
    none: topLevelResourceDetailsOrError(resourceSelector: {resourceName: "nope", ${selector}}) { __typename ... on Error { message } }
    all: allTopLevelResourceDetailsOrError(repositorySelector: {${selector}}) { ... on ResourceDetailsList { results { name } } }
    env: utilizedEnvVarsOrError(repositorySelector: {${selector}}) {
      ... on EnvVarWithConsumersList { results { envVarName envVarConsumers { type name } } } }
  }
  fragment Details on ResourceDetails {
    configFields { name isRequired isSecret defaultValueAsJson } configuredValues { key value type }
    nestedResources { name type resource { name } } parentResources { name resource { name } }
    assetKeysUsing { path } jobsOpsUsing { jobName opHandleIDs } }`);
  expect(errors).toBeUndefined();
  expect(data.one).toEqual({
    configFields: [
      { name: "host", isRequired: true, isSecret: false, defaultValueAsJson: null },
      { name: "retries", isRequired: false, isSecret: false, defaultValueAsJson: "3" },
    ],
    configuredValues: [],
    nestedResources: [],
    parentResources: [{ name: "warehouse", resource: { name: "warehouse" } }],
    assetKeysUsing: [{ path: ["orders"] }],
    jobsOpsUsing: [{ jobName: "__ASSET_JOB", opHandleIDs: ["orders"] }],
  });
  expect(data.two).toMatchObject({
    configuredValues: [
      { key: "password", value: "WAREHOUSE_PASSWORD", type: "ENV_VAR" },
      { key: "token", value: "********", type: "SECRET" },
      { key: "schemas", value: '["raw","marts"]', type: "VALUE" },
    ],
    nestedResources: [{ name: "connection", type: "TOP_LEVEL", resource: { name: "connection" } }],
    assetKeysUsing: [],
    jobsOpsUsing: [{ jobName: "nightly", opHandleIDs: ["inner.load", "load"] }],
  });
  const known = JSON.stringify(served.workspace.entries());
  expect(known).toContain("WAREHOUSE_PASSWORD");
  expect(known).not.toContain("s3cr3t");
  expect(data.none).toEqual({
    __typename: "ResourceNotFoundError",
    message: 'Code location "numbers" has no resource "nope"',
  });
  expect(data.all.results.map(({ name }: { readonly name: string }) => name)).toEqual(
    expect.arrayContaining(["connection", "warehouse"]),
  );
  expect(data.env.results).toEqual([
    { envVarName: "WAREHOUSE_PASSWORD", envVarConsumers: [{ type: "RESOURCE", name: "warehouse" }] },
  ]);
});

test("ops and graphs are found by name with all their uses", async () => {
  await using served = await serveNumbers({ project });
  const { data, errors } = await served.graphql(`{
    job: graphOrError(selector: {graphName: "nightly", ${selector}}) { ... on Graph { id name solids { name } } }
    inner: graphOrError(selector: {graphName: "inner", ${selector}}) { ... on Graph { name solidHandles { handleID } } }
    none: graphOrError(selector: {graphName: "load", ${selector}}) { __typename ... on Error { message } }
    repositoryOrError(repositorySelector: {${selector}}) { ... on Repository {
      usedSolids { definition { name } invocations { pipeline { name } solidHandle { handleID parent { handleID } } } }
      usedSolid(name: "inner") { definition { __typename } } missing: usedSolid(name: "nope") { __typename } } }
  }`);
  expect(errors).toBeUndefined();
  expect(data.job).toMatchObject({ name: "nightly", solids: [{ name: "inner" }, { name: "load" }] });
  expect(data.inner).toEqual({ name: "inner", solidHandles: [{ handleID: "load" }] });
  expect(data.none.__typename).toBe("GraphNotFoundError");
  const used = data.repositoryOrError.usedSolids.find(
    (each: { readonly definition: { readonly name: string } }) => each.definition.name === "load",
  );
  expect(used.invocations).toEqual([
    { pipeline: { name: "nightly" }, solidHandle: { handleID: "inner.load", parent: { handleID: "inner" } } },
    { pipeline: { name: "nightly" }, solidHandle: { handleID: "load", parent: null } },
  ]);
  expect(data.repositoryOrError).toMatchObject({
    usedSolid: { definition: { __typename: "CompositeSolidDefinition" } },
    missing: null,
  });
});
