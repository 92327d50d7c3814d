import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunId } from "@dagwright/model";
import { openRawClient } from "@dagwright/storage/testing";
import { expect, test } from "vitest";
import { type Stack, startStack } from "../stack/stack.ts";
import { writeProject } from "../stack/written-project.ts";

const project = `
import { spawnSync } from "node:child_process";
import { asset, configured, defineAssetJob, definitions, envVar, inProcessExecutor, job, logger, multiprocessExecutor, op, resource, secret } from "dagwright";
import { z } from "zod";

const config = z.object({ token: secret(z.string().min(4)), note: z.string().default("none") });
const words = (token: string) => [token, JSON.stringify({ token }), "https://h/?t=" + encodeURIComponent(token), Buffer.from(token).toString("base64")];

function leak(token: string, context: any) {
  for (const level of ["debug", "info", "warning", "error", "critical"]) for (const word of words(token)) context.log[level](word);
  context.log.info({ deep: { token }, run: context.run });
  context.log.info(new Error("logged " + token));
  console.log("printed", token, { token });
  console.error("complained", token);
  process.stdout.write("in two pieces " + token.slice(0, 5));
  process.stdout.write(token.slice(5) + " written\\n");
  context.addOutputMetadata({
    text: token, json: { [token]: [token] }, url: { type: "url", url: "https://" + token + "@h" }, md: { type: "md", md: "**" + token + "**" },
    path: { type: "path", path: "/" + token }, [token]: 1,
  });
}
const fail = (token: string): never => {
  const error = new Error("thrown " + token, { cause: new Error("because of " + token, { cause: token }) });
  error.name = "Error of " + token;
  error.stack = "Error of " + token + ": thrown " + token + "\\n    at " + token + " (file:///" + token + ".js:1:1)";
  throw error;
};

const leaking = op("leaking", { config }, (_, context) => {
  leak(context.op.config.token, context);
  return null;
});
const printing = op("printing", { config }, (_, context) => {
  spawnSync(process.execPath, ["-e", "console.log('a child says', process.argv[1]); console.error(process.argv[1])", context.op.config.token], { stdio: "inherit" });
});
const failing = op("failing", { config }, (_, context) => { leak(context.op.config.token, context); fail(context.op.config.token); });
const dying = op("dying", { config }, (_, context) => { console.error("last words", context.op.config.token); process.exit(7); });

const gives = op("gives", { out: z.string() }, () => "from a step");
const takes = op("takes", { ins: { token: secret(z.string().min(4)), deep: z.object({ token: secret(z.string()), note: z.string() }).default({ token: "none", note: "" }) } },
  ({ token, deep }, context) => { leak(token, context); if (deep.token !== "none") leak(deep.token, context); context.log.info("note " + deep.note); fail(token); });
const inputs = job("inputs", { executor: inProcessExecutor }, () => { takes({ token: gives() }); });
const inputsInWorkers = job("inputs_in_workers", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => { takes({ token: gives() }); });

const everything = () => { leaking(); failing(); };
const inProcess = job("in_process", { executor: inProcessExecutor }, everything);
const inWorkers = job("in_workers", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => { everything(); printing(); dying(); });

const vault = resource("vault", { config }, function* ({ config, log }) {
  log.info("opened with " + config.token);
  yield { token: config.token };
  throw new Error("closing " + config.token);
});
const presetVault = configured(vault, { token: envVar("LEAKED") });
const stored = asset("stored", { resources: { vault } }, (_, context) => { leak(context.resources.vault.token, context); return 1; });
const broken = resource("broken", { config }, ({ config }) => fail(config.token));
const opens = op("opens", { resources: { broken } }, () => null);
const brokenJob = job("broken_resource", { executor: inProcessExecutor }, () => { opens(); });
const throwing = op("throwing", { config }, async (_, context) => {
  setTimeout(() => { throw new Error("later " + context.op.config.token); }, 5);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
const uncaught = job("uncaught", { executor: inProcessExecutor }, () => { throwing(); });
const tells = logger("tells", { config }, ({ config }) => (record) => { if (record.message.includes(config.token)) console.log(["A LOGGER", "SAW IT"].join(" ")); });

export default definitions({
  assets: [stored], jobs: [inProcess, inWorkers, brokenJob, uncaught, inputs, inputsInWorkers, defineAssetJob("stored_job")],
  resources: [presetVault, configured(broken, { token: envVar("LEAKED") })], loggers: [tells],
});
`;

const value = `s3cr3t "quoted"/ü+${"x".repeat(8)}`;
/** Any of these gives it away. */
const traces = [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString("base64"),
  "s3cr3t",
  "czNjcjN0",
];

const tracesIn = (text: string): readonly string[] => traces.filter((trace) => text.includes(trace));

/** Every row of every table as text, by the table's name. */
async function wholeDatabase(connectionString: string): Promise<ReadonlyMap<string, string>> {
  await using client = await openRawClient(connectionString);
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'dagwright' order by 1`,
  );
  const texts = new Map<string, string>();
  for (const { name } of rows) {
    const { rows: found } = await client.query<{ row: string }>(`select t::text as row from dagwright."${name}" t`);
    texts.set(name, found.map(({ row }) => row).join("\n"));
  }
  return texts;
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** All that the API says of a run. */
async function everythingOf(stack: Stack, id: RunId): Promise<unknown> {
  const captured = (await stack.log(id)).filter((entry) => entry.type === "LOGS_CAPTURED");
  const logs = captured.map(({ logKey }) =>
    stack.query("query ($logKey: [String!]!) { capturedLogs(logKey: $logKey) { stdout stderr } }", { logKey }),
  );
  const run = stack.query(
    `query ($id: ID!) {
      runOrError(runId: $id) { ... on Run {
        runConfigYaml runConfig tags { key value }
        eventConnection(limit: 1000) { events {
          __typename ... on MessageEvent { message stepKey }
          ... on ErrorEvent { error { ...failed } }
          ... on ExecutionStepOutputEvent { metadataEntries { ...entry } } ... on HandledOutputEvent { metadataEntries { ...entry } }
          ... on MaterializationEvent { tags { key value } metadataEntries { ...entry } }
        } }
        stepStats { stepKey status }
      } }
      assetNodes { assetMaterializations { runId metadataEntries { ...entry } } }
    }
    fragment failed on PythonError { message className stack errorChain { error { message className stack } } cause { message stack cause { message } } }
    fragment entry on MetadataEntry {
      label ... on TextMetadataEntry { text } ... on JsonMetadataEntry { jsonString } ... on UrlMetadataEntry { url }
      ... on MarkdownMetadataEntry { mdStr } ... on PathMetadataEntry { path }
    }`,
    { id },
  );
  return { run: await run, logs: await Promise.all(logs) };
}

const configFor = (token: unknown, ...ops: readonly string[]) => ({
  ops: Object.fromEntries(ops.map((name) => [name, { config: { token } }])),
});

test("a secret that tries everything is in no table, no compute log, no answer", async () => {
  await using stack = await startStack({ definitions: await writeProject(project), env: { LEAKED: value } });
  const reference = { env: "LEAKED" };
  const runs = await Promise.all([
    stack.launch("in_process", {
      runConfig: {
        ...configFor(reference, "leaking", "failing"),
        loggers: { console: {}, tells: { config: { token: reference } } },
      },
    }),
    stack.launch("in_workers", { runConfig: configFor(reference, "leaking", "failing", "printing", "dying") }),
    stack.launch("broken_resource"),
    stack.launch("stored_job"),
    stack.launch("uncaught", { runConfig: configFor(reference, "throwing") }),
  ]);
  const ended = [];
  for (const id of runs) ended.push((await stack.untilEnd(id)).status);
  expect(ended).toEqual(["FAILURE", "FAILURE", "FAILURE", "SUCCESS", "FAILURE"]);

  for (const [table, text] of await wholeDatabase(stack.connectionString!)) expect(tracesIn(text), table).toEqual([]);
  const files = filesBelow(stack.home).filter((file) => !file.includes("/postgres/"));
  expect(files.some((file) => file.endsWith(".err"))).toBe(true);
  for (const file of files) expect(tracesIn(readFileSync(file, "latin1")), file).toEqual([]);
  const answers = JSON.stringify(await Promise.all(runs.map((id) => everythingOf(stack, id))));
  expect(tracesIn(answers)).toEqual([]);

  // It was hidden, not left out: what stood around it is there.
  const printed = files.map((file) => readFileSync(file, "utf8")).join("\n");
  for (const around of [
    "printed ********",
    "complained ********",
    "in two pieces ******** written",
    "a child says ********",
    "later ********",
  ])
    expect(printed).toContain(around);
  expect(printed).not.toContain("A LOGGER SAW IT");
  for (const around of [
    "thrown ********",
    "because of ********",
    "closing ********",
    "opened with ********",
    "Error of ********",
  ])
    expect(answers).toContain(around);
  expect(answers).toContain("env: LEAKED");
});

test("a secret that was launched as text is served as asterisks, and stands in its run's config only", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const id = await stack.launch("in_workers", { runConfig: configFor(value, "leaking", "failing", "printing", "dying") });
  await stack.untilEnd(id);
  const answer = JSON.stringify(await everythingOf(stack, id));
  expect(tracesIn(answer)).toEqual([]);
  expect(answer).toContain("********");
  for (const [table, text] of await wholeDatabase(stack.connectionString!))
    if (table !== "runs" && !table.startsWith("runs_")) expect(tracesIn(text), table).toEqual([]);
  for (const file of filesBelow(stack.home)) expect(tracesIn(readFileSync(file, "latin1")), file).toEqual([]);

  const asked = await stack.query<{ isPipelineConfigValid: unknown }>(
    `query ($pipeline: PipelineSelector!, $config: RunConfigData!) {
      isPipelineConfigValid(pipeline: $pipeline, mode: "default", runConfigData: $config) {
        ... on RunConfigValidationInvalid { errors { message path ... on RuntimeMismatchConfigError { valueRep } } }
      }
    }`,
    {
      pipeline: { repositoryLocationName: "project", repositoryName: "__repository__", pipelineName: "in_process" },
      config: { ops: { leaking: { config: { token: [value], note: 3 } }, failing: { config: { token: "********" } } } },
    },
  );
  const { errors } = asked.isPipelineConfigValid as { errors: { message: string; valueRep: string | null }[] };
  expect(errors.map(({ message, valueRep }) => [message, valueRep])).toEqual([
    ["ops.failing.config.token: holds a secret as it is shown, not as it is; give its value, or {env: NAME}", '"********"'],
    ["ops.leaking.config.note: expected text, got 3", "3"],
    ["ops.leaking.config.token: expected text, or {env: NAME} for an environment variable, got a list", '"********"'],
  ]);
});

test("secrets that run config gives to inputs are read from the environment and hidden like those of config", async () => {
  await using stack = await startStack({ definitions: await writeProject(project), env: { LEAKED: value, NOTE: "seen" } });
  const launch = (job: string, token: unknown) =>
    stack.launch(job, {
      opSelection: ["takes"],
      runConfig: { ops: { takes: { inputs: { token, deep: { token, note: { env: "NOTE" } } } } } },
    });
  const reference = { env: "LEAKED" };
  const referring = [await launch("inputs", reference), await launch("inputs_in_workers", reference)];
  for (const id of referring) expect((await stack.untilEnd(id)).status).toBe("FAILURE");
  for (const [table, text] of await wholeDatabase(stack.connectionString!)) expect(tracesIn(text), table).toEqual([]);
  const answers = JSON.stringify(await Promise.all(referring.map((id) => everythingOf(stack, id))));
  expect(tracesIn(answers)).toEqual([]);
  for (const around of ["thrown ********", "note seen", "env: LEAKED"]) expect(answers).toContain(around);

  const literal = await launch("inputs", value);
  expect((await stack.untilEnd(literal)).status).toBe("FAILURE");
  const answer = JSON.stringify(await everythingOf(stack, literal));
  expect(tracesIn(answer)).toEqual([]);
  expect(answer).toContain("thrown ********");
  for (const [table, text] of await wholeDatabase(stack.connectionString!))
    if (table !== "runs" && !table.startsWith("runs_")) expect(tracesIn(text), table).toEqual([]);
  for (const file of filesBelow(stack.home).filter((one) => !one.includes("/postgres/")))
    expect(tracesIn(readFileSync(file, "latin1")), file).toEqual([]);

  const missing = await launch("inputs", { env: "NOT_SET_ANYWHERE" });
  expect((await stack.untilEnd(missing)).status).toBe("FAILURE");
  expect(JSON.stringify(await everythingOf(stack, missing))).toContain(
    'ops.takes.inputs.token: the environment variable \\"NOT_SET_ANYWHERE\\" is not set where the run is executed',
  );
});
