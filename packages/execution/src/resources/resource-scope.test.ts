import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  buildRepository,
  definitions,
  InMemoryInstance,
  inProcessExecutor,
  job,
  op,
  resource,
  type ResourceDefinition,
} from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import { type RunLogEntry, runId } from "@dagwright/model";
import { describe, expect, onTestFinished, test } from "vitest";
import { executeInProcess, executeRun, FilesystemIOManager, loadRepository } from "../index.ts";

/** Two ops that use the resources, and say so. */
function twoSteps(log: string[], resources: Readonly<Record<string, ResourceDefinition>>) {
  const step = (name: string) => op(name, { resources }, () => void log.push(`step ${name}`));
  const [one, two] = [step("one"), step("two")];
  return job("j", { executor: inProcessExecutor }, () => {
    one();
    two();
  });
}

const tracked = (log: string[], name: string) => {
  log.push(`open ${name}`);
  return { name, [Symbol.asyncDispose]: async () => void log.push(`close ${name}`) };
};

describe("the lifetime of a resource", () => {
  test("is the run's, or each step's; what lives for a step may be built from what lives for the run", async () => {
    const log: string[] = [];
    const pool = resource("pool", () => tracked(log, "pool"));
    const session = resource("session", { resources: { pool }, lifetime: "step" }, ({ resources }) =>
      tracked(log, `session of ${resources.pool.name}`),
    );
    const result = await executeInProcess(twoSteps(log, { pool, session }));
    const opened = ["open session of pool", "step"];
    expect(log).toEqual([
      "open pool",
      opened[0],
      "step one",
      "close session of pool",
      opened[0],
      "step two",
      "close session of pool",
      "close pool",
    ]);
    expect(result.eventsOf("RESOURCE_INIT_STARTED").map(({ stepKey, resourceKeys }) => [stepKey, resourceKeys])).toEqual([
      [null, ["io_manager", "pool"]],
      ["one", ["session"]],
      ["two", ["session"]],
    ]);
  });

  test("of a step ends also when the step fails, and a failed teardown is told at the step", async () => {
    const log: string[] = [];
    const session = resource("session", { lifetime: "step" }, function* () {
      yield tracked(log, "session");
      throw new Error("stuck");
    });
    const broken = op("broken", { resources: { session } }, () => {
      throw new Error("broken");
    });
    const result = await executeInProcess(
      job("j", () => void broken()),
      { raiseOnError: false },
    );
    expect(result.success).toBe(false);
    expect(result.eventsOf("ENGINE_EVENT", "broken").map(({ message }) => message)).toEqual([
      'Resource "session" failed in its teardown: stuck',
    ]);
  });

  test("of the run cannot be built on what is gone after a step", () => {
    const session = resource("session", { lifetime: "step" }, () => 1);
    const pool = resource("pool", { resources: { session } }, () => 2);
    expect(() => buildRepository(definitions({ jobs: [twoSteps([], { pool })], resources: [session, pool] }))).toThrow(
      /^Resource "pool": it lives as long as the run, and is built from "session", which is gone after a step/,
    );
    expect(() => resource("x", { lifetime: "day" as never }, () => 1)).toThrow(/`lifetime` is "run" or "step" \(at /);
  });

  test("in several processes is that of each process, or of each step in it", async () => {
    const home = await mkdtemp(join(tmpdir(), "dagwright-resources-"));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const entryFile = fileURLToPath(new URL("../fixtures/resources-project.ts", import.meta.url));
    const repository = await loadRepository({ entryFile });
    const lines: string[] = [];
    const instance = new InMemoryInstance();
    const id = runId("018f0000-0000-7000-8000-000000000001");
    const outcome = await executeRun({
      plan: planExecution(repository.jobs.get("three_steps")!.snapshot),
      repository,
      run: { runId: id, jobName: "three_steps", runConfig: {}, tags: {}, attempt: 1 },
      events: {
        emit: (entry: RunLogEntry) => void (entry.type === "LOG_LINE" && lines.push(entry.message)),
        flush: () => Promise.resolve(),
      },
      instance,
      ioManager: () => new FilesystemIOManager({ baseDir: home }),
      signal: new AbortController().signal,
      stepWorkers: { entryFile, storageDir: home },
    });
    expect(outcome.status).toBe("SUCCESS");
    // One worker takes the chain of steps: one pool, and a session for each step.
    expect(lines).toEqual([
      "open pool",
      ...[1, 2, 3].flatMap((count) => ["open session", `step with pool 1, session ${count}`, "close session"]),
      "close pool",
    ]);
  });
});

describe("making and tearing down", () => {
  test.each([
    [
      "a generator",
      function* (log: string[]) {
        yield tracked(log, "value").name;
        log.push("torn down");
      },
    ],
    [
      "an asynchronous generator",
      async function* (log: string[]) {
        await Promise.resolve();
        yield tracked(log, "value").name;
        await Promise.resolve();
        log.push("torn down");
      },
    ],
  ])("by %s: its value, and what follows it", async (_, make) => {
    const log: string[] = [];
    const one = resource("one", () => make(log) as Generator<string, void>);
    const use = op("use", { resources: { one } }, (_ins, { resources }) => void log.push(`use ${resources.one}`));
    await executeInProcess(job("j", () => void use()));
    expect(log).toEqual(["open value", "use value", "torn down"]);
  });

  test.each([
    ["yields nothing", function* (): Generator<number, void> {}, "RESOURCE_INIT_FAILURE", "ended without a `yield`"],
    [
      "yields twice",
      function* (): Generator<number, void> {
        yield 1;
        yield 2;
      },
      "ENGINE_EVENT",
      "yielded a second time",
    ],
  ] as const)("by a generator that %s is told", async (_, init, type, problem) => {
    const one = resource("one", init);
    const use = op("use", { resources: { one } }, () => 1);
    const result = await executeInProcess(
      job("j", () => void use()),
      { raiseOnError: false },
    );
    expect(
      result
        .eventsOf(type)
        .map(({ error }) => error?.message)
        .join(),
    ).toContain(problem);
  });

  test("a circle that bindings make is an error when the definitions are loaded", () => {
    const later = resource("b", () => 1);
    const a = resource("a", { resources: { later } }, () => 1);
    const b = resource("b", { resources: { a } }, () => 1);
    expect(() => buildRepository(definitions({ jobs: [twoSteps([], { a })], resources: [a, b] }))).toThrow(
      expect.objectContaining({ kind: "ResourceCycleError", cycle: ["a", "b", "a"] }),
    );
  });
});

describe("bindings", () => {
  const log: string[] = [];
  const store = resource("store", () => tracked(log, "store"));
  const other = resource("other", () => tracked(log, "other"));
  const use = op("use", { resources: { store } }, (_, { resources }) => resources.store.name);
  const run = (resources: Parameters<typeof job>[1]) => executeInProcess(job("j", resources as never, () => void use()));

  test("bind a resource to the name under which it is needed, in a job as in definitions", async () => {
    log.length = 0;
    expect((await run({ resources: { store: other } } as never)).outputValue("use")).toBe("other");
    expect(log).toEqual(["open other", "close other"]);
    const bound = buildRepository(definitions({ jobs: [job("j", () => void use())], resources: { store: other } }));
    expect(bound.jobs.get("j")!.resources.get("store")!.init).toBe(other.init);
  });

  test("bind a value as it is, which is not disposed", async () => {
    log.length = 0;
    expect((await run({ resources: { store: tracked(log, "mine") } } as never)).outputValue("use")).toBe("mine");
    expect(log).toEqual(["open mine"]);
    expect(() => definitions({ resources: { store: undefined } })).toThrow(/CircularImport|is undefined/);
  });
});
