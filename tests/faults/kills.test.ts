import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunId, StoredEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { childrenOf } from "../stack/processes.ts";
import { type Stack, startStack } from "../stack/stack.ts";

/** Launches the job that waits for a file, and waits until it does. */
async function launchWaiting(
  stack: Stack,
  job = "waiting",
): Promise<{ readonly id: RunId; readonly release: () => Promise<void> }> {
  const file = join(stack.home, `go-${Math.random()}`);
  const id = await stack.launch(job, { runConfig: { ops: { wait_for_file: { config: { file } } } } });
  await stack.untilEntry(id, "a line of the op", ({ type, message }) => type === "LOG_LINE" && message.startsWith("waiting"));
  return { id, release: () => writeFile(file, "") };
}

async function workerPid(stack: Stack, id: RunId): Promise<number> {
  const handle = await stack.storage.runs.worker(id);
  if (typeof handle?.["pid"] !== "number") throw new Error(`no pid in the worker's handle ${JSON.stringify(handle)}`);
  return handle["pid"];
}

function expectGapFree(log: readonly StoredEntry[]): void {
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
}

async function expectNextRunSucceeds(stack: Stack): Promise<void> {
  const id = await stack.launch("chain");
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
}

test("kill -9 of a run worker fails its run within a second, and its log is a gap-free prefix", async () => {
  await using stack = await startStack();
  const { id } = await launchWaiting(stack);
  const pid = await workerPid(stack, id);
  const killedAtMs = Date.now();
  process.kill(pid, "SIGKILL");
  const run = await stack.untilEnd(id);
  expect(run.status).toBe("FAILURE");
  expect((run.endedAtMs ?? 0) - killedAtMs).toBeLessThan(1000);

  const log = await stack.log(id);
  expectGapFree(log);
  expect(log.at(-1)).toMatchObject({
    type: "RUN_FAILURE",
    reason: "WORKER_LOST",
    message: expect.stringContaining("signal SIGKILL"),
  });
  const lines = log.filter(({ type }) => type === "LOG_LINE");
  expect(lines.map(({ message }) => message)).toEqual(lines.map((_, index) => `waiting ${index}`));
  // The op wrote a line every 20 ms; the batch under way and the line not yet begun may be missing.
  expect(killedAtMs - (lines.at(-1)?.atMs ?? 0)).toBeLessThan(150);
  await expectNextRunSucceeds(stack);
});

test("kill -9 of the code-location server leaves the run alone; its successor takes the worker over", async () => {
  await using stack = await startStack();
  const { id, release } = await launchWaiting(stack);
  await stack.codeLocation.kill();
  const before = (await stack.log(id)).length;
  await until("the run goes on without its front", async () => ((await stack.log(id)).length > before + 5 ? true : undefined));
  await stack.codeLocation.start();
  await release();
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  expectGapFree(await stack.log(id));
  await until("the code location serves again", async () => {
    const next = await stack.launch("chain");
    return (await stack.untilEnd(next)).status === "SUCCESS" ? true : undefined;
  });
});

test("a run whose front was killed can be terminated through the front's successor", async () => {
  await using stack = await startStack();
  const { id } = await launchWaiting(stack);
  await stack.codeLocation.kill();
  await stack.codeLocation.start();
  await until("the termination is taken", async () => {
    const { terminateRun } = await stack.query<{ terminateRun: { __typename: string } }>(
      "mutation ($id: String!) { terminateRun(runId: $id) { __typename } }",
      { id },
    );
    return terminateRun.__typename === "TerminateRunSuccess" ? true : undefined;
  });
  expect((await stack.untilEnd(id)).status).toBe("CANCELED");
});

test("a worker that dies while its front is away ends as FAILURE, exit unknown", async () => {
  await using stack = await startStack();
  const { id } = await launchWaiting(stack);
  const pid = await workerPid(stack, id);
  await stack.codeLocation.kill();
  process.kill(pid, "SIGKILL");
  await stack.codeLocation.start();
  expect((await stack.untilEnd(id)).status).toBe("FAILURE");
  expect((await stack.log(id)).at(-1)).toMatchObject({
    type: "RUN_FAILURE",
    message: expect.stringContaining("exit is unknown"),
  });
  expectGapFree(await stack.log(id));
});

test("kill -9 of the webserver in the middle of a run changes nothing for the run", async () => {
  await using stack = await startStack();
  const { id, release } = await launchWaiting(stack);
  await stack.webserver.kill();
  await release();
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  const url = await stack.webserver.start();
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }", variables: { id } }),
  });
  expect(await answer.json()).toMatchObject({ data: { runOrError: { status: "SUCCESS" } } });
});

test("kill -9 of the daemon keeps what is queued for the next one", async () => {
  await using stack = await startStack();
  const { id, release } = await launchWaiting(stack);
  const [daemon] = stack.daemons;
  await daemon?.kill();
  const queued = await stack.launch("chain");
  await release();
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  expect((await stack.storage.runs.get(queued)).status).toBe("QUEUED");
  await daemon?.start();
  expect((await stack.untilEnd(queued)).status).toBe("SUCCESS");
});

test("kill -9 of one of two daemons: the other one goes on at once", async () => {
  await using stack = await startStack({ daemons: 2 });
  await stack.daemons[0]?.kill();
  await expectNextRunSucceeds(stack);
});

test("kill -9 of the evaluator in the middle of a run: the run ends, and the next one is checked by a new evaluator", async () => {
  await using stack = await startStack();
  const { id, release } = await launchWaiting(stack);
  const evaluators = childrenOf(stack.codeLocation.pid).filter(({ command }) => command.includes("evaluator"));
  expect(evaluators.length).toBeGreaterThan(0);
  for (const { pid } of evaluators) process.kill(pid, "SIGKILL");
  await release();
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  await expectNextRunSucceeds(stack);
});

test("an op that kills its own process fails its run with the signal", async () => {
  await using stack = await startStack();
  const id = await stack.launch("dying");
  expect((await stack.untilEnd(id)).status).toBe("FAILURE");
  expect((await stack.log(id)).at(-1)?.message).toContain("SIGKILL");
  await expectNextRunSucceeds(stack);
});

test("an op that exits the process fails its run with the exit code", async () => {
  await using stack = await startStack();
  const inOne = await stack.launch("exiting", { runConfig: { ops: { exit: { config: { code: 3 } } } } });
  expect((await stack.untilEnd(inOne)).status).toBe("FAILURE");
  expect(JSON.stringify(await stack.log(inOne))).toContain("code 3");

  const inProcesses = await stack.launch("exiting_in_processes", { runConfig: { ops: { exit: { config: { code: 4 } } } } });
  expect((await stack.untilEnd(inProcesses)).status).toBe("FAILURE");
  const failure = (await stack.log(inProcesses)).find(({ type }) => type === "STEP_FAILURE");
  expect(JSON.stringify(failure)).toContain("code 4");
  expect(JSON.stringify(failure)).toContain("last words before the exit");
});

test("two daemons at once launch each of a hundred queued runs once", async () => {
  await using stack = await startStack({ daemons: 2, instanceFile: "concurrency:\n  runs:\n    max_concurrent_runs: 4\n" });
  const ids = await Promise.all(Array.from({ length: 100 }, () => stack.launch("chain")));
  await until(
    "all runs have ended",
    async () => ((await stack.storage.runs.count({ statuses: ["SUCCESS"] })) === 100 ? true : undefined),
    110_000,
  );
  for (const id of ids) {
    const log = await stack.log(id);
    expect(log.filter(({ type }) => type === "RUN_START")).toHaveLength(1);
    expect(log.filter(({ type }) => type === "STEP_START")).toHaveLength(6);
  }
});
