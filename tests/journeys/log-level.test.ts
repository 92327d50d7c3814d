import { expect, test } from "vitest";
import { startStack } from "../stack/stack.ts";
import { writeProject } from "../stack/written-project.ts";

const project = `
import { definitions, inProcessExecutor, job, multiprocessExecutor, op, resource } from "dagwright";

const speaker = resource("speaker", ({ log }) => { log.info("a resource's detail"); log.error("a resource's trouble"); return 1; });
const talk = op("talk", { resources: { speaker } }, (_, { log }) => {
  for (const level of ["debug", "info", "warning", "error", "critical"] as const) log[level]("said at " + level);
  console.log("printed all the same");
});
const here = job("here", { executor: inProcessExecutor }, () => void talk());
const inWorkers = job("in_workers", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => void talk());
export default definitions({ jobs: [here, inWorkers], resources: [speaker] });
`;

test("python_log_level keeps lines below it out of the log, in this process and in others, and nothing else", async () => {
  await using stack = await startStack({
    definitions: await writeProject(project),
    instanceFile: "python_logs: { python_log_level: WARNING }\n",
  });
  for (const job of ["here", "in_workers"]) {
    const id = await stack.launch(job);
    expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
    const log = await stack.log(id);
    const lines = log.filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);
    expect(lines, job).toEqual(["a resource's trouble", "said at warning", "said at error", "said at critical"]);
    expect(log.some(({ type }) => type === "STEP_SUCCESS")).toBe(true);
  }
});
