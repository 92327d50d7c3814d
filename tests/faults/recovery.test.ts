import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Run, type RunId, systemTags } from "@dagwright/model";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const instanceFile = `
run_monitoring: {max_resume_run_attempts: 1}
run_retries: {enabled: true, max_retries: 1}
`;

/** Until a worker of that attempt is in the middle of the run. */
async function untilUnderWay(stack: Stack, id: RunId, attempt: number): Promise<number> {
  return until(`attempt ${attempt} is under way`, async () => {
    const run = await stack.storage.runs.get(id);
    const begun = (await stack.log(id)).findLastIndex(({ type }) => type === "RUN_START");
    const isWaiting = (await stack.log(id)).slice(begun).some(({ type }) => type === "LOG_LINE");
    const worker = await stack.storage.runs.worker(id);
    const isThere = run.status === "STARTED" && run.attempt === attempt && isWaiting;
    return isThere && typeof worker?.["pid"] === "number" ? worker["pid"] : undefined;
  });
}

test("a run whose worker is killed goes on; killed again, it fails and is executed again, once, by two daemons of which one is killed", async () => {
  await using stack = await startStack({ instanceFile, daemons: 2 });
  const file = join(stack.home, "go");
  const id = await stack.launch("waiting", { runConfig: { ops: { wait_for_file: { config: { file } } } } });
  process.kill(await untilUnderWay(stack, id, 1), "SIGKILL");
  const second = await untilUnderWay(stack, id, 2);
  await stack.daemons[0]!.kill("SIGKILL");
  process.kill(second, "SIGKILL");
  expect(await stack.untilEnd(id)).toMatchObject({ status: "FAILURE", attempt: 2 });

  const retry = await until("it is executed again", async (): Promise<Run | undefined> => {
    const [found] = await stack.storage.runs.list({ rootRunId: id }, { limit: 10 });
    return found;
  });
  await writeFile(file, "");
  expect((await stack.untilEnd(retry.id)).status).toBe("SUCCESS");
  expect(await stack.storage.runs.list({ rootRunId: id }, { limit: 10 })).toHaveLength(1);
  expect((await stack.storage.runs.get(id)).tags).toMatchObject({
    [systemTags.willRetry]: "true",
    [systemTags.autoRetryRunId]: retry.id,
  });
  const told = (await stack.log(id)).filter(({ type }) => type === "ENGINE_EVENT").map(({ message }) => message);
  expect(told.filter((message) => !message.startsWith("Executing steps"))).toEqual([
    expect.stringContaining("Resuming run"),
    "Launching a new run worker to resume run",
    "Retrying the run",
  ]);
});
