import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
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
  await expectNextRunSucceeds(stack);
});

test("kill -9 of a run worker loses nothing that was logged more than 20 ms before", async () => {
  await using stack = await startStack();
  await expectNextRunSucceeds(stack);
  const trials: { readonly lostMs: number; readonly stalledMs: number }[] = [];
  for (let trial = 0; trial < 8; trial += 1) trials.push(await killWhileLogging(stack, trial));
  // A machine that gave the worker or Postgres no processor for a while is told by what the test saw of both (see `killWhileLogging`);
  // what is lost beyond 20 ms must be explained by that. On a quiet machine nothing is to be explained, and nothing is.
  for (const { lostMs, stalledMs } of trials) expect(lostMs, JSON.stringify(trials)).toBeLessThanOrEqual(20 + stalledMs);
});

/**
 * Kills a worker while its op logs as fast as it can and notes each line in a file as soon as it is logged.
 *
 * @returns how long before the kill the first line was logged that is not stored; and by how much, in the 100 ms before the kill, the worker was
 * late for its own timer at worst, and Postgres for a small commit that the test made over and over, each beyond what it usually takes, and how long
 * the other thread of the worker that waited longest was ready to run and had no processor
 */
async function killWhileLogging(stack: Stack, trial: number): Promise<{ readonly lostMs: number; readonly stalledMs: number }> {
  const file = join(stack.home, `logged-${trial}`);
  const id = await stack.launch("logging_tightly", { runConfig: { ops: { log_tightly: { config: { file } } } } });
  const pid = await until("the worker has its run", async () => {
    const handle = await stack.storage.runs.worker(id);
    return typeof handle?.["pid"] === "number" ? handle["pid"] : undefined;
  });
  await until("its log grows", async () => ((await stack.log(id)).length > 50 ? true : undefined));
  const commits: { readonly atMs: number; readonly tookMs: number }[] = [];
  const waits: { readonly atMs: number; readonly ofThreads: ReadonlyMap<string, number> }[] = [];
  const watchUntil = Date.now() + 150 + trial * 7;
  while (Date.now() < watchUntil) {
    const sentAt = performance.now();
    await stack.storage.setValue("kills", String(sentAt));
    commits.push({ atMs: Date.now(), tookMs: performance.now() - sentAt });
    waits.push({ atMs: Date.now(), ofThreads: waitsForProcessor(pid) });
  }
  const killedAtMs = Date.now();
  process.kill(pid, "SIGKILL");
  expect((await stack.untilEnd(id)).status).toBe("FAILURE");

  const log = await stack.log(id);
  expectGapFree(log);
  const stored = log.filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);
  expect(stored).toEqual(stored.map((_, index) => `tight ${index}`));
  const logged = (await readFile(file, "utf8"))
    .split("\n")
    .filter((line) => /^\d+ \d+$/.test(line))
    .map((line) => Number(line.split(" ")[1]));
  expect(logged.length).toBeGreaterThan(20);
  const isNear = (atMs: number): boolean => atMs > killedAtMs - 100;
  const pauses = logged.map((atMs, index) => ({ atMs, tookMs: atMs - (logged[index - 1] ?? atMs) }));
  const beyondUsual = (samples: readonly { readonly atMs: number; readonly tookMs: number }[]): number => {
    const usual = samples.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
    return Math.max(0, ...samples.filter(({ atMs }) => isNear(atMs)).map(({ tookMs }) => tookMs - usual - 2));
  };
  const [before, last] = [waits.findLast(({ atMs }) => !isNear(atMs)) ?? waits[0], waits.at(-1)];
  const waited = [...(last?.ofThreads ?? [])].map(([thread, ms]) => ms - (before?.ofThreads.get(thread) ?? ms));
  const firstLost = logged[stored.length];
  return {
    lostMs: firstLost === undefined ? 0 : killedAtMs - firstLost,
    stalledMs: Math.ceil(beyondUsual(pauses) + beyondUsual(commits) + Math.max(0, ...waited)),
  };
}

/** For how many milliseconds each thread of a process besides its main one has been ready to run without a processor, as Linux counts it; empty elsewhere. */
function waitsForProcessor(pid: number): ReadonlyMap<string, number> {
  try {
    const tasks = `/proc/${pid}/task`;
    return new Map(
      readdirSync(tasks)
        .filter((thread) => thread !== String(pid))
        .map((thread) => [thread, Number(readFileSync(`${tasks}/${thread}/schedstat`, "utf8").split(" ")[1]) / 1e6]),
    );
  } catch {
    return new Map();
  }
}

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
