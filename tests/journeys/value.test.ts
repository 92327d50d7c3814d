import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunId, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { writeProject } from "../stack/written-project.ts";

const project = `
import { existsSync } from "node:fs";
import { definitions, job, multiprocessExecutor, op } from "dagwright";
import { z } from "zod";

const inProcesses = { executor: multiprocessExecutor({ maxConcurrent: 2, isolation: "step" }) };
const make = op("make", (_ins, context) => {
  context.log.info("making");
  return { at: new Date(0), big: 12n ** 30n, set: new Set(["a"]), map: new Map([[{ k: 1 }, new Uint8Array([1, 2])]]), hole: undefined };
});
const look = op("look", { ins: { value: z.any() } }, ({ value }, context) => {
  const [[key, bytes]] = [...value.map];
  context.log.info([value.at instanceof Date, value.big === 12n ** 30n, value.set.has("a"), key.k, bytes instanceof Uint8Array, "hole" in value].join());
});
const typed = job("typed", inProcesses, () => { look({ value: make() }); });

class Order { id = 1; }
const makeOrder = op("make_order", () => ({ orders: [new Order()] }));
const lossy = job("lossy", inProcesses, () => { makeOrder(); });

const gate = op("gate", { ins: { value: z.any() }, config: z.object({ file: z.string() }) }, ({ value }, context) => {
  if (!existsSync(context.op.config.file)) throw new Error("the gate is closed");
  context.log.info("through with " + value.big);
});
const gated = job("gated", inProcesses, () => { gate({ value: make() }); });
export default definitions({ jobs: [typed, lossy, gated] });
`;

const linesOf = async (stack: Stack, id: RunId): Promise<readonly string[]> =>
  (await stack.log(id)).filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);

test("a value goes from process to process with its types, by a file that its events name and never by the events", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const id = await stack.launch("typed");
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  expect(await linesOf(stack, id)).toEqual(["making", "true,true,true,1,true,true"]);
  const log = await stack.log(id);
  expect(log.filter(({ type }) => type === "HANDLED_OUTPUT")).toHaveLength(2);
  expect(JSON.stringify(log)).toContain(join("runs", id, "make.result.value"));
  expect(JSON.stringify(log)).not.toContain(String(12n ** 30n));

  const lossy = await stack.launch("lossy");
  expect((await stack.untilEnd(lossy)).status).toBe("FAILURE");
  const failure = JSON.stringify((await stack.log(lossy)).find(({ type }) => type === "STEP_FAILURE"));
  for (const part of ["make_order", "result", "orders[0]", "Order"]) expect(failure).toContain(part);
});

test("what fails is executed again from its failure, also twice over, on the values that the first run has made", async () => {
  await using stack = await startStack({ definitions: await writeProject(project) });
  const file = join(stack.home, "open");
  const again = async (parentRunId: RunId): Promise<RunId> => {
    const { launchRunReexecution } = await stack.query<{ launchRunReexecution: { run?: { runId: string } } }>(
      `mutation ($params: ReexecutionParams!) {
        launchRunReexecution(reexecutionParams: $params) { ... on LaunchRunSuccess { run { runId } } ... on Error { message } }
      }`,
      { params: { parentRunId, strategy: "FROM_FAILURE" } },
    );
    if (!launchRunReexecution.run) throw new Error(JSON.stringify(launchRunReexecution));
    return runId(launchRunReexecution.run.runId);
  };
  const first = await stack.launch("gated", { runConfig: { ops: { gate: { config: { file } } } } });
  expect((await stack.untilEnd(first)).status).toBe("FAILURE");
  const second = await again(first);
  expect((await stack.untilEnd(second)).status).toBe("FAILURE");
  await writeFile(file, "");
  const third = await again(second);
  expect(await stack.untilEnd(third)).toMatchObject({ status: "SUCCESS", parentRunId: second, rootRunId: first });
  expect(await linesOf(stack, third)).toEqual([`through with ${12n ** 30n}`]);
});

test("an old run still shows its job's graph when the code has moved on", async () => {
  const definitions = await writeProject(project);
  await using stack = await startStack({ definitions });
  const id = await stack.launch("typed");
  await stack.untilEnd(id);
  await writeFile(definitions, project.replaceAll('"look"', '"inspect"').replace('job("typed"', 'job("typed_2"'));
  interface Graph {
    readonly runOrError: { readonly pipeline: { readonly name: string; readonly solids: readonly { readonly name: string }[] } };
    readonly repositoriesOrError: { readonly nodes: readonly { readonly jobs: readonly { readonly name: string }[] }[] };
  }
  const ask = () =>
    stack.query<Graph>(
      `query ($id: ID!) {
        runOrError(runId: $id) { ... on Run { pipeline { name ... on PipelineSnapshot { solids { name } } } } }
        repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } }
      }`,
      { id },
    );
  const answer = await until("the new code is live", async () => {
    const now = await ask();
    return now.repositoriesOrError.nodes[0]?.jobs.some(({ name }) => name === "typed_2") ? now : undefined;
  });
  expect(answer.repositoriesOrError.nodes[0]?.jobs.map(({ name }) => name)).not.toContain("typed");
  expect(answer.runOrError.pipeline).toMatchObject({ name: "typed", solids: [{ name: "look" }, { name: "make" }] });
});
