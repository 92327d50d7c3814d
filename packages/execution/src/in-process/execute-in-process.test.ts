import { asset, AssetSelection, defineAssetJob, graph, inProcessExecutor, job, op, resource } from "@dagwright/definitions";
import type { RunLogEntry } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FilesystemIOManager } from "../io/filesystem-io-manager.ts";
import { executeInProcess, materialize } from "./execute-in-process.ts";

const numbers = z.array(z.number());
const one = op("one", { out: z.number() }, () => 1);
const double = op("double", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n * 2);
const add = op("add", { ins: { a: z.number(), b: z.number() }, out: z.number() }, ({ a, b }) => a + b);
const lines = (events: readonly RunLogEntry[]) =>
  events.map(
    ({ type, stepKey, message }) => `${type} ${stepKey ?? "-"} ${message.replace(/\d+(\.\d+)?(ms|s)\b|pid: \d+/g, "…")}`,
  );
const errorOf = (events: readonly RunLogEntry[], step: string) => {
  const failure = events.find((event) => event.type === "STEP_FAILURE" && event.stepKey === step);
  if (failure?.type !== "STEP_FAILURE" || failure.error === null) throw new Error(`step ${step} did not fail`);
  return { ...failure.error, source: failure.errorSource };
};

describe("executeInProcess", () => {
  it("tells what happens in Dagster's order and words", async () => {
    const result = await executeInProcess(job("j", { executor: inProcessExecutor }, () => void double({ n: one() })));
    expect(result.outputValue("double")).toBe(2);
    expect(lines(result.events)).toEqual([
      "ENGINE_EVENT - Executing steps in process (…)",
      "RESOURCE_INIT_STARTED - Starting initialization of resources [io_manager].",
      "RESOURCE_INIT_SUCCESS - Finished initialization of resources [io_manager].",
      'STEP_START one Started execution of step "one".',
      'STEP_OUTPUT one Yielded output "result" of type "number". (Type check passed).',
      'HANDLED_OUTPUT one Handled output "result" using IO manager "io_manager"',
      'STEP_SUCCESS one Finished execution of step "one" in ….',
      'STEP_START double Started execution of step "double".',
      'LOADED_INPUT double Loaded input "n" using input manager "io_manager", from output "result" of step "one"',
      'STEP_INPUT double Got input "n" of type "number". (Type check passed).',
      'STEP_OUTPUT double Yielded output "result" of type "number". (Type check passed).',
      'HANDLED_OUTPUT double Handled output "result" using IO manager "io_manager"',
      'STEP_SUCCESS double Finished execution of step "double" in ….',
      "ENGINE_EVENT - Finished steps in process (…) in …",
    ]);
  });

  it("skips what depends on a failed step and finishes the rest", async () => {
    const broken = op("broken", { ins: { n: z.number() }, out: z.number() }, (): number => {
      throw new RangeError("out of numbers");
    });
    const result = await executeInProcess(
      job("j", () => {
        const n = one();
        double.alias("after")({ n: add({ a: broken({ n }), b: n }) });
        double({ n: double.alias("apart")({ n }) });
      }),
      { raiseOnError: false },
    );
    expect(result.success).toBe(false);
    expect(result.outcome).toMatchObject({
      status: "FAILURE",
      reason: "STEP_FAILURE",
      firstFailedStepKey: "broken",
      message: `Execution of run for "j" failed. Steps failed: ['broken'].`,
    });
    expect(result.outputValue("double")).toBe(4);
    expect(() => result.outputValue("add")).toThrow('No value of output "result" of step "add"');
    expect(lines(result.eventsOf("STEP_SKIPPED"))).toEqual([
      "STEP_SKIPPED add Dependencies for step add failed: ['broken']. Not executing.",
      "STEP_SKIPPED after Dependencies for step after failed: ['add']. Not executing.",
    ]);
    const error = errorOf(result.events, "broken");
    expect(error).toMatchObject({ name: "RangeError", message: "out of numbers", source: "USER_CODE_ERROR" });
    expect(error.stack[0]).toContain("execute-in-process.test.ts");
  });

  it("rejects with what the step threw unless told otherwise", async () => {
    const boom = new Error("boom");
    const failing = executeInProcess(
      job(
        "j",
        () =>
          void op("bad", () => {
            throw boom;
          })(),
      ),
    );
    await expect(failing).rejects.toMatchObject({
      kind: "RunFailedError",
      cause: boom,
      message: expect.stringContaining("boom") as string,
    });
  });

  it("names op, input, expected and actual when a value does not fit", async () => {
    const wrong = op("wrong", { out: numbers }, () => [1, "2"] as unknown as number[]);
    const bad = await executeInProcess(
      job("j", () => void wrong()),
      { raiseOnError: false },
    );
    expect(errorOf(bad.events, "wrong").message).toBe(
      `Output "result" of op "wrong": expected number[], got [ 1, '2' ] ($[1]: Invalid input: expected number, received string)`,
    );
    expect(bad.eventsOf("STEP_OUTPUT")[0]).toMatchObject({
      typeCheck: { success: false },
      message: 'Yielded output "result" of type "number[]". (Type check failed).',
    });
    const loose = op("loose", () => "text" as unknown as number);
    const result = await executeInProcess(
      job("j", () => void double({ n: loose() })),
      { raiseOnError: false },
    );
    expect(errorOf(result.events, "double")).toMatchObject({
      name: "TypeCheckError",
      source: "USER_CODE_ERROR",
      message: `Input "n" of op "double": expected number, got 'text' (Invalid input: expected number, received string)`,
    });
  });

  it("runs a transforming schema once, where the value leaves its op", async () => {
    const parsed = z.string().transform((text) => `${text}!`);
    const say = op("say", { out: parsed }, () => "hey");
    const hear = op("hear", { ins: { text: parsed } }, ({ text }) => text);
    expect((await executeInProcess(job("j", () => void hear({ text: say() })))).outputValue("hear")).toBe("hey!");
    const shout = op("shout", { ins: { text: z.string().transform((text) => text.length) } }, ({ text }) => text);
    expect((await executeInProcess(job("j", () => void shout({ text: say() })))).outputValue("shout")).toBe(4);
    const made = asset("made", { out: parsed }, () => "a");
    const used = asset("used", { ins: { made } }, (ins) => ins.made);
    const both = await materialize([made, used]);
    expect(both.assetValue("used")).toBe("a!");
    expect((await materialize([used], { assetValues: { made: "a!" } })).assetValue("used")).toBe("a!");
  });

  it("fans in, uses defaults, nested graphs, several outputs and values from run config", async () => {
    const sum = op(
      "sum",
      { ins: { all: numbers, scale: z.number().default(10) }, out: z.number() },
      ({ all, scale }) => all.reduce((a, b) => a + b, 0) * scale,
    );
    const split = op("split", { outs: { low: z.number(), high: z.number() } }, () => ({ low: 1, high: 5 }));
    const twice = graph("twice", { ins: { n: z.number() } }, ({ n }) => double({ n: double({ n }) }));
    const all = job("all", () => {
      const { low, high } = split();
      sum({ all: [low, twice({ n: high })] });
    });
    const result = await executeInProcess(all);
    expect(result.outputValue("sum")).toBe(210);
    expect(result.outputValue("twice.double_2")).toBe(20);
    expect(result.outputValue("split", "high")).toBe(5);
    expect((await executeInProcess(all, { runConfig: { ops: { sum: { inputs: { scale: 2 } } } } })).outputValue("sum")).toBe(42);
    expect(result.eventsOf("LOADED_INPUT", "sum").map(({ upstreamStepKey }) => upstreamStepKey)).toEqual([
      "split",
      "twice.double_2",
    ]);
  });

  it("refuses a record of outputs that is not what was declared", async () => {
    for (const [returned, message] of [
      [{ a: 1 }, 'Op "split" returned no output "b"'],
      [{ a: 1, b: 2, c: 3 }, 'Op "split" returned an output "c" that it does not declare; its outputs are "a", "b"'],
      [[1], 'Op "split" must return a record with its outputs "a", "b", and returned an array'],
    ] as const) {
      const split = op(
        "split",
        { outs: { a: z.number(), b: z.number() } },
        () => returned as unknown as { a: number; b: number },
      );
      const result = await executeInProcess(
        job("j", () => void split()),
        { raiseOnError: false },
      );
      expect(errorOf(result.events, "split").message).toBe(message);
    }
  });

  it("retries as the policy says, then fails", async () => {
    let tries = 0;
    const flaky = op(
      "flaky",
      { retryPolicy: { maxRetries: 2, delaySeconds: 0.01 } },
      (_, context: { step: { retryNumber: number } }) => {
        tries += 1;
        if (context.step.retryNumber < 2) throw new Error(`try ${tries}`);
        return tries;
      },
    );
    const result = await executeInProcess(job("j", () => void flaky()));
    expect(result.outputValue("flaky")).toBe(3);
    const types = result.events.filter(({ stepKey }) => stepKey === "flaky").map(({ type }) => type);
    expect(types).toEqual([
      "STEP_START",
      "STEP_UP_FOR_RETRY",
      "STEP_RESTARTED",
      "STEP_UP_FOR_RETRY",
      "STEP_RESTARTED",
      "STEP_OUTPUT",
      "HANDLED_OUTPUT",
      "STEP_SUCCESS",
    ]);
    expect(result.eventsOf("STEP_UP_FOR_RETRY")[0]).toMatchObject({ secondsToWait: 0.01, error: { message: "try 1" } });
    const hopeless = op("hopeless", { retryPolicy: { maxRetries: 1 } }, () => {
      throw new Error("never");
    });
    const failed = await executeInProcess(
      job("j", () => void hopeless()),
      { raiseOnError: false },
    );
    expect(failed.events.map(({ type }) => type).filter((type) => type.startsWith("STEP_"))).toEqual([
      "STEP_START",
      "STEP_UP_FOR_RETRY",
      "STEP_RESTARTED",
      "STEP_FAILURE",
    ]);
  });

  it("survives whatever user code throws", async () => {
    class Nasty extends Error {
      override get message(): string {
        throw new Error("no message for you");
      }
    }
    const thrown: Record<string, unknown> = {
      text: "plain text",
      nothing: undefined,
      frozen: Object.freeze({ a: 1 }),
      nasty: new Nasty(),
      symbol: Symbol("s"),
      huge: new Error("x".repeat(5_000_000)),
      nostack: Object.assign(new Error("n"), { stack: 42 }),
      proxy: new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("trap");
          },
          get: () => {
            throw new Error("trap");
          },
        },
      ),
      rejected: null,
    };
    const result = await executeInProcess(
      job("j", () => {
        for (const [name, value] of Object.entries(thrown)) {
          op(name, () => {
            if (name === "rejected") return Promise.reject(value as Error);
            throw value as Error;
          })();
        }
        one();
      }),
      { raiseOnError: false },
    );
    expect(result.outputValue("one")).toBe(1);
    expect(result.eventsOf("STEP_FAILURE")).toHaveLength(Object.keys(thrown).length);
    expect(errorOf(result.events, "text")).toMatchObject({ name: "NonErrorThrown", message: "plain text" });
    expect(errorOf(result.events, "huge").message.length).toBeLessThan(40_000);
  });

  it("gives ops their log, run, config, tags and metadata", async () => {
    const told = op(
      "told",
      { config: z.object({ limit: z.number().default(3) }), tags: { team: "a" }, out: z.number() },
      (_, context) => {
        context.log.info(`limit ${context.op.config.limit}`);
        context.log.error({ nested: { map: new Map([[1, 2]]) } });
        context.addOutputMetadata({ rows: 10, note: "n" });
        expect(context.run.tags).toEqual({ "dagster/partition": "p" });
        expect(context.run.partition).toBe("p");
        expect(context.op.tags).toEqual({ team: "a", more: "b" });
        return context.op.config.limit;
      },
    );
    const result = await executeInProcess(
      job("j", () => void told.tag({ more: "b" })()),
      {
        runConfig: { ops: { told: { config: { limit: 7 } } } },
        tags: { "dagster/partition": "p" },
      },
    );
    expect(result.outputValue("told")).toBe(7);
    expect(result.eventsOf("LOG_LINE")).toMatchObject([
      { level: "INFO", message: "limit 7", stepKey: "told" },
      { level: "ERROR", message: "{ nested: { map: Map(1) { 1 => 2 } } }" },
    ]);
    expect(result.eventsOf("STEP_OUTPUT")[0]!.metadata).toEqual({
      rows: { type: "int", int: "10" },
      note: { type: "text", text: "n" },
    });
    const wrong = await executeInProcess(
      job("j", () => void told()),
      { runConfig: { ops: { told: { config: { limit: "x" } } } }, raiseOnError: false },
    );
    expect(wrong.outcome).toMatchObject({
      status: "FAILURE",
      reason: "JOB_INITIALIZATION_FAILURE",
      message: expect.stringContaining("ops.told.config.limit") as string,
    });
  });

  it("makes resources once, what they need first, and disposes them in reverse, also when a step fails", async () => {
    const log: string[] = [];
    const track = (name: string) => {
      log.push(`open ${name}`);
      return { name, [Symbol.asyncDispose]: () => Promise.resolve(void log.push(`close ${name}`)) };
    };
    const url = resource("url", { config: z.object({ host: z.string() }) }, ({ config }) => ({
      ...track("url"),
      host: config.host,
    }));
    const db = resource("db", { resources: { url } }, ({ resources }) => ({ ...track("db"), dsn: `pg://${resources.url.host}` }));
    const query = op("query", { resources: { database: db } }, (_, { resources }) => {
      log.push(`query ${resources.database.dsn}`);
      if (log.includes("query pg://h") && log.filter((line) => line.startsWith("query")).length === 2) throw new Error("second");
      return 1;
    });
    const j = job("j", () => {
      query();
      query();
    });
    const runConfig = { resources: { url: { config: { host: "h" } } } };
    const result = await executeInProcess(j, { runConfig, raiseOnError: false });
    expect(result.success).toBe(false);
    expect(log).toEqual(["open url", "open db", "query pg://h", "query pg://h", "close db", "close url"]);
    expect(result.eventsOf("RESOURCE_INIT_STARTED")[0]!.message).toBe(
      "Starting initialization of resources [db, io_manager, url].",
    );

    const fake = await executeInProcess(j, { resources: { db: { dsn: "fake" } } });
    expect(fake.outputValue("query_2")).toBe(1);
    expect(log.slice(6)).toEqual(["query fake", "query fake"]);
  });

  it("fails the run when a resource cannot be made, and says so when a teardown fails", async () => {
    const closed: string[] = [];
    const good = resource("good", () => ({
      [Symbol.dispose]: () => {
        closed.push("good");
        throw new Error("stuck");
      },
    }));
    const bad = resource("bad", { resources: { good } }, () => {
      throw new Error("no route");
    });
    const needs = op("needs", { resources: { bad } }, () => 1);
    const result = await executeInProcess(
      job("j", () => void needs()),
      { raiseOnError: false },
    );
    expect(result.outcome).toMatchObject({
      status: "FAILURE",
      reason: "JOB_INITIALIZATION_FAILURE",
      error: { message: 'Resource "bad" could not be initialised: no route', cause: { message: "no route" } },
    });
    expect(result.eventsOf("RESOURCE_INIT_FAILURE")).toHaveLength(1);
    expect(result.eventsOf("STEP_START")).toHaveLength(0);
    expect(closed).toEqual(["good"]);
    expect(result.eventsOf("ENGINE_EVENT").some(({ error }) => error?.message === "stuck")).toBe(true);
  });

  it("passes values through the I/O manager of each output, and names output and path of what cannot be stored", async () => {
    class Point {}
    const warehouse = new FilesystemIOManager({ baseDir: "/nonexistent/never written" });
    const make = op("make", { ioManagerKey: "warehouse" }, () => ({ a: [1, { b: new Point() }] }));
    const result = await executeInProcess(
      job("j", () => void make()),
      { resources: { warehouse }, raiseOnError: false },
    );
    expect(errorOf(result.events, "make")).toMatchObject({
      name: "IoManagerError",
      source: "FRAMEWORK_ERROR",
      message: expect.stringMatching(
        /^I\/O manager "warehouse" could not store output "result" of step "make": The value at \$\.a\[1\]\.b is an instance of class Point/,
      ) as string,
    });
    const none = await executeInProcess(
      job("j", () => void make()),
      { resources: { warehouse: { not: "one" } }, raiseOnError: false },
    );
    expect(errorOf(none.events, "make").message).toContain('I/O manager "warehouse" is a resource without the methods');
  });

  it("aborts the step's signal, waits for it no longer than the grace period, and ends CANCELED", async () => {
    const aborter = new AbortController();
    const waits = op(
      "waits",
      { out: z.number() },
      (_, { signal }) =>
        new Promise<number>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")));
          aborter.abort();
        }),
    );
    const result = await executeInProcess(
      job("j", () => void double({ n: waits() })),
      { signal: aborter.signal, raiseOnError: false },
    );
    expect(result.outcome).toEqual({ status: "CANCELED", message: 'Execution of run for "j" canceled.' });
    expect(errorOf(result.events, "waits")).toMatchObject({ message: "stopped", source: "INTERRUPT" });
    expect(result.events.some(({ stepKey }) => stepKey === "double")).toBe(false);
  });
});

describe("a run that may take only so long", () => {
  const held = op("held", (_, { signal }) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())));

  it("is aborted when that time has passed, and has failed", async () => {
    const result = await executeInProcess(
      job("late", { maxRuntimeSeconds: 0.02 }, () => void held()),
      { raiseOnError: false },
    );
    expect(result.outcome).toMatchObject({
      status: "FAILURE",
      reason: "RUN_EXCEPTION",
      message: 'Execution of run for "late" failed. It exceeded its maximum runtime of 0.02 seconds.',
    });
    await expect(
      executeInProcess(
        job("tagged", () => void held()),
        { tags: { "dagster/max_runtime": "0.02" } },
      ),
    ).rejects.toThrow("maximum runtime of 0.02 seconds");
  });

  it("is canceled when it was terminated before, and succeeds when it is in time", async () => {
    const aborter = new AbortController();
    const stops = op("stops", () => aborter.abort());
    const early = job("early", { maxRuntimeSeconds: 60 }, () => {
      stops();
      held();
    });
    const canceled = await executeInProcess(early, { signal: aborter.signal, raiseOnError: false });
    expect(canceled.outcome.status).toBe("CANCELED");
    const inTime = await executeInProcess(job("in_time", { maxRuntimeSeconds: 60 }, () => void double({ n: one() })));
    expect(inTime.success).toBe(true);
  });
});

describe("materialize", () => {
  const base = asset("base", { codeVersion: "7" }, () => [1, 2, 3]);
  const total = asset(["sums", "total"], { ins: { base } }, (ins, context) => {
    context.addOutputMetadata({ count: ins.base.length });
    return ins.base.reduce((a, b) => a + b, 0);
  });
  const report = asset("report", { deps: [total] }, (ins) => Object.keys(ins));

  it("makes assets in order and tells so before their output is handled", async () => {
    const result = await materialize([report, total, base]);
    expect(result.assetValue("sums/total")).toBe(6);
    expect(result.assetValue("report")).toEqual([]);
    const ofTotal = result.events.filter(({ stepKey }) => stepKey === "sums__total").map(({ type }) => type);
    expect(ofTotal).toEqual([
      "STEP_START",
      "LOADED_INPUT",
      "STEP_INPUT",
      "STEP_OUTPUT",
      "ASSET_MATERIALIZATION",
      "HANDLED_OUTPUT",
      "STEP_SUCCESS",
    ]);
    expect(
      result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, metadata, message }) => ({ assetKey, metadata, message })),
    ).toEqual([
      { assetKey: ["base"], metadata: {}, message: "Materialized value base." },
      {
        assetKey: ["sums", "total"],
        metadata: { count: { type: "int", int: "3" } },
        message: "Materialized value sums/total.",
      },
      { assetKey: ["report"], metadata: {}, message: "Materialized value report." },
    ]);
  });

  it("reads what it does not make", async () => {
    const result = await materialize([total], { assetValues: { base: [5, 6] } });
    expect(result.assetValue(["sums", "total"])).toBe(11);
    expect(result.eventsOf("LOADED_INPUT")[0]).toMatchObject({
      upstreamStepKey: null,
      message: 'Loaded input "base" using input manager "io_manager", from asset base',
    });
    await expect(materialize([total])).rejects.toThrow('No value of asset "base" is stored');
  });

  it("runs a job of selected assets", async () => {
    const selected = defineAssetJob("some", { selection: AssetSelection.keys("base") });
    expect((await executeInProcess(selected, { assets: [base, total] })).assetValue("base")).toEqual([1, 2, 3]);
  });
});
