import {
  dynamicOut,
  dynamicOutput,
  failure,
  failureHook,
  graph,
  inProcessExecutor,
  job,
  op,
  opOut,
  output,
  resource,
  retryRequested,
  successHook,
} from "@dagwright/definitions";
import type { RunLogEntry } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { executeInProcess, executeJob } from "./execute-in-process.ts";
import { instanceForTest } from "./test-instance.ts";

const number = z.number();
const failureOf = (events: readonly RunLogEntry[], step: string) => {
  const failed = events.find((event) => event.type === "STEP_FAILURE" && event.stepKey === step);
  if (failed?.type !== "STEP_FAILURE") throw new Error(`step ${step} did not fail`);
  return failed;
};

const parts = (count: number) =>
  op("parts", { out: dynamicOut(number) }, () =>
    Array.from({ length: count }, (_, at) => dynamicOutput(at, { mappingKey: `p${at}` })),
  );
const double = op("double", { ins: { n: number }, out: number }, ({ n }) => n * 2);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) =>
  numbers.reduce((a, b) => a + b, 0),
);

const mappedJob = (count: number) =>
  job("mapped", { executor: inProcessExecutor }, () => {
    const doubled = parts(count)().map((n) => double({ n }));
    total({ numbers: doubled.map((n) => double.alias("again")({ n })).collect() });
  });

describe("dynamic outputs", () => {
  it("give values by mapping key, one step each, and a list in order", async () => {
    const result = await executeInProcess(mappedJob(3));
    expect(result.outputValue("parts")).toEqual({ p0: 0, p1: 1, p2: 2 });
    expect(result.outputValue("double")).toEqual({ p0: 0, p1: 2, p2: 4 });
    expect(result.outputValue("again[p2]")).toBe(8);
    expect(result.outputValue("total")).toBe(12);
  });

  it("cost 20,000 mapped steps no more each than 5,000", async () => {
    // Processor time: others may be busy on the machine.
    const timeOf = async (count: number): Promise<number> => {
      const before = process.cpuUsage();
      const result = await executeInProcess(mappedJob(count));
      expect(result.eventsOf("STEP_SUCCESS")).toHaveLength(2 * count + 2);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await timeOf(1_000);
    const few = await timeOf(2_500);
    const many = await timeOf(10_000);
    // Four times as many steps; sixteen times the time would be a square.
    expect(many / few).toBeLessThan(10);
  }, 120_000);

  it("refuse mapping keys that could not be part of a step's name", async () => {
    const odd = op("odd", { out: dynamicOut(number) }, () => [dynamicOutput(1, { mappingKey: "a b" })]);
    const { events } = await executeInProcess(
      job("j", () => void odd()),
      { raiseOnError: false },
    );
    expect(failureOf(events, "odd").error!.message).toContain(
      'The mapping key "a b" of a dynamic output must be of letters, digits and underscores',
    );
  });

  it("are re-executed from failure over several runs, each value from the run that made it", async () => {
    using instance = instanceForTest();
    const seen: string[] = [];
    const flaky = op(
      "flaky",
      { ins: { n: number }, out: number, config: z.object({ good: z.array(number) }) },
      ({ n }, context) => {
        seen.push(context.step.key);
        if (!context.op.config.good.includes(n)) throw new Error(`no ${n}`);
        return n * 10;
      },
    );
    const flakyJob = job("flaky_job", { executor: inProcessExecutor }, () => {
      total({
        numbers: parts(3)()
          .map((n) => flaky({ n }))
          .collect(),
      });
    });
    const good = (...values: readonly number[]) => ({ ops: { flaky: { config: { good: [...values] } } } });
    const options = { instance, raiseOnError: false };
    const first = await executeJob(flakyJob, { ...options, runConfig: good(0) });
    const second = await executeJob(flakyJob, { ...options, runConfig: good(1), reexecution: { of: first } });
    const third = await executeJob(flakyJob, { ...options, runConfig: good(2), reexecution: { of: second } });
    expect(seen).toEqual(["flaky[p0]", "flaky[p1]", "flaky[p2]", "flaky[p1]", "flaky[p2]", "flaky[p2]"]);
    expect([first.success, second.success, third.success]).toEqual([false, false, true]);
    expect(third.outputValue("total")).toBe(30);

    const one = await executeJob(flakyJob, {
      ...options,
      runConfig: good(1),
      reexecution: { of: third, steps: ["flaky[p1]", "total"] },
    });
    expect(one.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["flaky[p1]", "total"]);
    const all = await executeJob(flakyJob, {
      ...options,
      runConfig: good(0, 1, 2),
      reexecution: { of: one, steps: ["flaky[?]", "total"] },
    });
    expect(all.outputValue("total")).toBe(30);
  });
});

describe("re-execution", () => {
  it("leaves out what was skipped on purpose, and what that would have fed stays skipped", async () => {
    using instance = instanceForTest();
    const branch = op(
      "branch",
      { outs: { left: opOut(number, { isRequired: false }), right: opOut(number, { isRequired: false }) } },
      () => ({
        left: 1,
      }),
    );
    let isBroken = true;
    const breaks = op("breaks", { ins: { n: number }, out: number }, ({ n }) => {
      if (isBroken) throw new Error("broken");
      return n;
    });
    const both = op("both", { ins: { found: z.array(number) }, out: number }, ({ found }) => found.length);
    const branching = job("branching", { executor: inProcessExecutor }, () => {
      const { left, right } = branch();
      both({ found: [breaks({ n: left }), double({ n: right })] });
    });
    const first = await executeJob(branching, { instance, raiseOnError: false });
    isBroken = false;
    const second = await executeJob(branching, { instance, raiseOnError: false, reexecution: { of: first } });
    expect(second.plan.steps.map(({ key }) => key)).toEqual(["breaks", "both"]);
    expect(second.outputValue("both")).toBe(1);
  });
});

describe("failures that ops ask for", () => {
  it("show what they say, and why a requested retry was the last", async () => {
    const says = op("says", () => {
      throw failure({ description: "no orders", metadata: { day: "monday" }, cause: new Error("empty file") });
    });
    const asks = op("asks", () => {
      throw retryRequested({ maxRetries: 1, cause: new Error("busy") });
    });
    const { events } = await executeInProcess(
      job("j", { executor: inProcessExecutor }, () => {
        says();
        asks();
      }),
      { raiseOnError: false },
    );
    expect(failureOf(events, "says")).toMatchObject({
      error: { name: "Failure", message: "no orders", cause: { message: "empty file" } },
      failureMetadata: { day: { type: "text", text: "monday" } },
      errorSource: "USER_CODE_ERROR",
    });
    expect(failureOf(events, "asks").error).toMatchObject({
      name: "RetryRequested",
      message: "Exceeded maxRetries of 1",
      cause: { message: "busy" },
    });
  });
});

describe("hooks", () => {
  it("see the step's outputs, its error, config and resources, and break nothing", async () => {
    const sent: unknown[] = [];
    const channel = resource("channel", () => ({ send: (what: unknown) => sent.push(what) }));
    const good = successHook(
      "good",
      { resources: { channel } },
      ({ resources, outputs, outputMetadata, step, op: { config } }) => {
        resources.channel.send([step.key, outputs, outputMetadata, config]);
      },
    );
    const bad = failureHook("bad", { resources: { channel } }, ({ resources, stepException }) => {
      resources.channel.send((stepException as Error).message);
      throw new Error("no line");
    });
    const makes = op("makes", { outs: { one: number, many: dynamicOut(number) }, config: z.object({ n: number }) }, function* () {
      yield output(1, { outputName: "one", metadata: { rows: 3 } });
      yield dynamicOutput(2, { outputName: "many", mappingKey: "k" });
    });
    const breaks = op("breaks", () => {
      throw new Error("broken");
    });
    const inner = graph("inner", () => {
      makes();
    });
    const result = await executeInProcess(
      job("j", { executor: inProcessExecutor, hooks: [bad] }, () => {
        inner.withHooks(good)();
        breaks.withHooks(good)();
      }),
      { raiseOnError: false, runConfig: { ops: { inner: { ops: { makes: { config: { n: 5 } } } } } } },
    );
    const rows = { rows: { type: "int", int: "3" } };
    expect(sent).toEqual([["inner.makes", { one: 1, many: { k: 2 } }, { one: rows, many: { k: {} } }, { n: 5 }], "broken"]);
    expect(result.eventsOf("HOOK_ERRORED").map(({ hookName, error }) => [hookName, error.message])).toEqual([["bad", "no line"]]);
    expect(result.eventsOf("HOOK_SKIPPED").map(({ stepKey, hookName }) => [stepKey, hookName])).toEqual([
      ["inner.makes", "bad"],
      ["breaks", "good"],
    ]);
  });
});

describe("jobs of graphs", () => {
  const source = resource("source", () => ({ name: "live" }));
  const reads = op("reads", { resources: { source }, config: z.object({ times: number }) }, (_, { resources, op: { config } }) =>
    resources.source.name.repeat(config.times),
  );
  const both = graph("both", () => {
    reads();
  });

  it("have resources, config and tags of their own", async () => {
    const once = both.toJob({ config: { ops: { reads: { config: { times: 1 } } } } });
    const twice = both.toJob({
      name: "twice",
      resources: { source: resource("source", () => ({ name: "test" })) },
      config: { ops: { reads: { config: { times: 2 } } } },
      tags: { team: "growth" },
      executor: inProcessExecutor,
    });
    expect([once.name, twice.name, twice.tags]).toEqual(["both", "twice", { team: "growth" }]);
    expect((await executeInProcess(once)).outputValue("reads")).toBe("live");
    expect((await executeInProcess(twice)).outputValue("reads")).toBe("testtest");
    const given = { ops: { reads: { config: { times: 3 } } } };
    expect((await executeInProcess(twice, { runConfig: given })).outputValue("reads")).toBe("testtesttest");
  });

  it("tell what a graph's mapConfig gives wrongly", async () => {
    const mapped = graph(
      "mapped",
      { config: z.object({ n: number }), mapConfig: ({ n }) => ({ reads: { config: { times: String(n) } }, raeds: {} }) },
      () => void reads(),
    );
    const run = executeInProcess(
      job("j", () => {
        mapped();
      }),
      { runConfig: { ops: { mapped: { config: { n: 1 } } } } },
    );
    await expect(run).rejects.toThrow(
      /mapConfig of graph "mapped" gives config to "raeds", which is no node of it.*ops\.mapped\.config\.reads\.config\.times/s,
    );
  });
});

describe("time limits of steps", () => {
  it("abort the signal, and the step has failed whatever its function makes of it; its retry policy applies", async () => {
    const tries: unknown[] = [];
    const late = op(
      "late",
      { out: number, timeoutSeconds: 0.02, retryPolicy: { maxRetries: 1 } },
      async (_, { signal, step }) => {
        if (step.retryNumber === 1) return 2;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        tries.push((signal.reason as Error).name);
        return 1;
      },
    );
    const result = await executeInProcess(job("j", { executor: inProcessExecutor }, () => void late()));
    expect(tries).toEqual(["StepTimeoutError"]);
    expect(result.eventsOf("STEP_UP_FOR_RETRY")[0]!.error!.message).toBe('Step "late" took longer than its timeout of 0.02 s');
    expect(result.eventsOf("STEP_OUTPUT")).toHaveLength(1);
    expect(result.outputValue("late")).toBe(2);
  });
});
