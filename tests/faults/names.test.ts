import { expect, test } from "vitest";
import { runId } from "@dagwright/model";
import { locationName, startStack } from "../stack/stack.ts";
import { writeProject } from "../stack/written-project.ts";

const hostileKey = ["📦 crates", "наклейки & co. (v1.0)", '日本 %2e%2e * "q"'];
const text = "🛠️ Ünïcödé — ‮rtl‬ e\u0301";

const project = `
import { asset, definitions, inProcessExecutor, job, op } from "dagwright";
const text = ${JSON.stringify(text)};
const crates = asset(${JSON.stringify(hostileKey)}, { description: text, metadata: { [text]: text } }, (_ins, context) => {
  context.addOutputMetadata({ [text]: text });
  return new Map([[text, text]]);
});
const count = asset("count 📦", { ins: { crates } }, ({ crates }) => crates.get(text) === text ? crates.size : -1);
const say = op("say", { description: text, tags: { [text]: text } }, (_ins, context) => context.log.info(text));
const talk = job("talk", { description: text, tags: { [text]: text }, executor: inProcessExecutor }, () => { say(); });
export default definitions({ assets: [crates, count], jobs: [talk] });
`;

test("every character goes through keys, tags, descriptions and metadata: code, files, database and API", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const { launchRun } = await stack.query<{ launchRun: { run: { runId: string } } }>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) { ... on LaunchRunSuccess { run { runId } } ... on Error { message } } }`,
    {
      params: {
        selector: { repositoryLocationName: locationName, repositoryName: "__repository__", jobName: "__ASSET_JOB" },
        runConfigData: {},
        executionMetadata: { tags: [{ key: text, value: text }] },
      },
    },
  );
  const run = await stack.untilEnd(runId(launchRun.run.runId));
  expect(run).toMatchObject({ status: "SUCCESS", tags: { [text]: text } });

  const { assetNodeOrError, runsOrError } = await stack.query<AssetAnswer>(
    `query ($key: AssetKeyInput!, $tag: ExecutionTag!) {
      assetNodeOrError(assetKey: $key) {
        ... on AssetNode { description metadataEntries { label ... on TextMetadataEntry { text } }
          assetMaterializations(limit: 1) { metadataEntries { label ... on TextMetadataEntry { text } } } }
      }
      runsOrError(filter: { tags: [$tag] }) { ... on Runs { results { runId tags { key value } } } }
    }`,
    { key: { path: hostileKey }, tag: { key: text, value: text } },
  );
  expect(assetNodeOrError).toMatchObject({
    description: text,
    metadataEntries: [{ label: text, text }],
    assetMaterializations: [{ metadataEntries: expect.arrayContaining([{ label: text, text }]) as unknown }],
  });
  expect(runsOrError.results.map((found) => found.runId)).toEqual([run.id]);
  expect(runsOrError.results[0]?.tags).toContainEqual({ key: text, value: text });

  const talked = await stack.launch("talk");
  expect(await stack.untilEnd(talked)).toMatchObject({ status: "SUCCESS", tags: { [text]: text } });
  expect((await stack.log(talked)).find(({ type }) => type === "LOG_LINE")?.message).toBe(text);

  // What depends on the asset reads it from where it was stored, in another run.
  const alone = await stack.query<{ launchRun: { run: { runId: string } } }>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) { ... on LaunchRunSuccess { run { runId } } ... on Error { message } } }`,
    {
      params: {
        selector: {
          repositoryLocationName: locationName,
          repositoryName: "__repository__",
          jobName: "__ASSET_JOB",
          assetSelection: [{ path: ["count 📦"] }],
        },
        runConfigData: {},
      },
    },
  );
  expect((await stack.untilEnd(runId(alone.launchRun.run.runId))).status).toBe("SUCCESS");
});

interface AssetAnswer {
  readonly assetNodeOrError: object;
  readonly runsOrError: {
    readonly results: readonly {
      readonly runId: string;
      readonly tags: readonly { readonly key: string; readonly value: string }[];
    }[];
  };
}
