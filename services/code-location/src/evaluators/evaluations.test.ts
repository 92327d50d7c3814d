import { existsSync, readFileSync } from "node:fs";
import { EvaluationTimeoutError, RemoteError } from "@dagwright/rpc";
import { expect, test, vi } from "vitest";
import { createProject } from "../testing/project.ts";
import { serveLocation } from "../testing/served-location.ts";
import { patience } from "../testing/small-code.ts";

vi.setConfig({ testTimeout: 90_000 });
const noTick = { cursor: null, lastTickAtMs: null, lastRunKey: null };

const evaluations = `
import { definitions, job, op, schedule, sensor, skipReason } from "dagwright";
import { appendFileSync } from "node:fs";
const work = op("work", {}, () => {});
const target = job("target", {}, () => work());
const note = (name: string) => appendFileSync(process.env.NOTES!, name + " " + process.pid + "\\n");
const hang = sensor("hang", { job: target }, function* () { note("hang"); for (;;); });
const never = sensor("never", { job: target }, async function* () { note("never"); await new Promise(() => {}); });
const slow = sensor("slow", { job: target }, async function* () { note("slow"); await new Promise((resolve) => setTimeout(resolve, 1000)); yield skipReason("slow is done"); });
const quick = sensor("quick", { job: target }, function* () { note("quick"); yield skipReason("quick is done"); });
const throws = sensor("throws", { job: target }, function* () { throw new RangeError("out of range"); });
const exits = sensor("exits", { job: target }, function* () { console.error("about to leave"); process.exit(3); });
export default definitions({ jobs: [target], sensors: [hang, never, slow, quick, throws, exits], schedules: [schedule("each_minute", { job: target, cron: "* * * * *" })] });`;

test("a hanging evaluation is ended at its deadline, and its neighbours' calls succeed in another evaluator", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, {
    environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes },
    stuckAfterMs: 200,
  });
  const evaluate = (name: string, timeoutMs = 10_000) => client.evaluateSensor({ name, context: noTick }, { timeoutMs });

  const slow = evaluate("slow");
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("slow"), patience);
  const hang = evaluate("hang", 3_000).catch((error: unknown) => error);
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("hang"), patience);
  const quick = evaluate("quick");
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  expect(await quick).toMatchObject({ skipReason: "quick is done" });
  expect(await hang).toMatchObject({ kind: "EvaluationTimeoutError", message: expect.stringContaining('Sensor "hang"') });
  expect(await evaluate("quick")).toMatchObject({ skipReason: "quick is done" });

  // The process that hung is gone.
  const hung = readFileSync(notes, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("hang"));
  for (const line of hung) await vi.waitFor(() => expect(existsSync(`/proc/${line.split(" ")[1]}`)).toBe(false), patience);
});

test("an evaluation that only waits fails at its deadline, and disturbs nobody", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, { environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes } });
  const slow = client.evaluateSensor({ name: "slow", context: noTick });
  const never = client.evaluateSensor({ name: "never", context: noTick }, { timeoutMs: 700 }).catch((error: unknown) => error);
  expect(await never).toMatchObject({ kind: new EvaluationTimeoutError("x", 1).kind });
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  // Slow was evaluated once: its process was not killed under it.
  expect(
    readFileSync(notes, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("slow")),
  ).toHaveLength(1);
});

test("an evaluation that ends its process fails alone: its neighbours are made again", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, { environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes } });
  const slow = client.evaluateSensor({ name: "slow", context: noTick });
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("slow"), patience);
  const exits = client.evaluateSensor({ name: "exits", context: noTick }).catch((error: unknown) => error);
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  expect(await exits).toMatchObject({ kind: "EvaluatorExitedError" });
});

test("what a sensor throws, and how its process ends, is told by name", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const { client } = await serveLocation(project);
  const evaluate = (name: string) => client.evaluateSensor({ name, context: noTick });
  await expect(evaluate("throws")).rejects.toMatchObject({
    kind: "UserCodeError",
    error: { name: "RangeError", message: "out of range" },
  });
  await expect(evaluate("exits")).rejects.toMatchObject({
    kind: "EvaluatorExitedError",
    message: expect.stringMatching(/Sensor "exits".*exit code 3[^]*about to leave/),
  });
  await expect(evaluate("absent")).rejects.toBeInstanceOf(RemoteError);
  const tick = await client.evaluateSchedule({ name: "each_minute", context: { scheduledAtMs: 1_700_000_000_000 } });
  expect(tick.runRequests).toHaveLength(1);
});
