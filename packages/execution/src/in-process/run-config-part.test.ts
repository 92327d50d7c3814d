import { asset, defineAssetJob, dynamicOut, dynamicOutput, graph, job, op, resource } from "@dagwright/definitions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { executeInProcess, executeJob, materialize } from "./execute-in-process.ts";
import { instanceForTest } from "./test-instance.ts";

const int = z.int();
const config = z.object({ by: int });

describe("a run of a part of a job", () => {
  const made: string[] = [];
  const costly = resource("costly", { config }, () => made.push("costly"));
  const start = op("start", { config, resources: { costly }, out: int }, () => 1);
  const times = op("times", { ins: { x: int }, config, out: int }, ({ x }, { op: { config: given } }) => x * given.by);
  const total = op("total", { ins: { numbers: z.array(int) }, out: int }, ({ numbers }) => numbers.reduce((a, b) => a + b, 0));
  const within = graph("within", { ins: { x: int } }, ({ x }) => times.alias("inner")({ x }));
  const work = job("work", () => {
    const x = start();
    total({ numbers: [times({ x }), within({ x })] });
  });

  it("needs config and resources of that part only, and takes values for what nothing in it makes", async () => {
    const result = await executeInProcess(work, {
      opSelection: ["times"],
      runConfig: { ops: { times: { config: { by: 3 }, inputs: { x: 5 } } } },
    });
    expect(result.outputValue("times")).toBe(15);
    expect(result.events.filter(({ type }) => type === "LOADED_INPUT")).toEqual([]);
    expect(made).toEqual([]);
    const wrong = executeInProcess(work, { opSelection: ["times"], runConfig: { ops: { times: { config: { by: 3 } } } } });
    await expect(wrong).rejects.toThrow("ops.times.inputs.x: is missing");
  });

  it("a graph's value reaches the ops within it; of a list those that were made here", async () => {
    const result = await executeInProcess(work, {
      opSelection: ["within", "total"],
      runConfig: { ops: { within: { inputs: { x: { value: 2 } }, ops: { inner: { config: { by: 7 } } } } } },
    });
    expect(result.outputValue("total")).toBe(14);
  });

  it("of another run takes its values, unless run config gives others", async () => {
    using instance = instanceForTest();
    const by = { config: { by: 2 } };
    const runConfig = {
      ops: { start: by, times: by, within: { ops: { inner: by } } },
      resources: { costly: by },
    };
    const first = await executeJob(work, { instance, runConfig });
    expect(first.outputValue("total")).toBe(4);
    const again = { of: first, steps: ["times"] };
    const onlyTimes = await executeJob(work, {
      instance,
      reexecution: again,
      runConfig: { ops: { times: { config: { by: 5 } } } },
    });
    expect(onlyTimes.outputValue("times")).toBe(5);
    const given = { ops: { times: { config: { by: 5 }, inputs: { x: 9 } } } };
    expect((await executeJob(work, { instance, reexecution: again, runConfig: given })).outputValue("times")).toBe(45);
  });

  it("below a dynamic output that nobody has made runs once, on the values that it is given", async () => {
    const parts = op("parts", { out: dynamicOut(int) }, () => [dynamicOutput(1, { mappingKey: "a" })]);
    const free = op("free", { ins: { x: int }, out: int }, ({ x }) => x + 1);
    const mapped = job("mapped", () => {
      const doubled = parts().map((x) => free.alias("again")({ x: free({ x }) }));
      total({ numbers: doubled.collect() });
    });
    const once = { opSelection: ["free", "again"], runConfig: { ops: { free: { inputs: { x: 5 } } } } };
    expect((await executeInProcess(mapped, once)).outputValue("again")).toBe(7);
    const collected = { opSelection: ["total"], runConfig: { ops: { total: { inputs: { numbers: [1, 2] } } } } };
    expect((await executeInProcess(mapped, collected)).outputValue("total")).toBe(3);
    await expect(executeInProcess(mapped, { opSelection: ["again", "total"] })).rejects.toThrow(
      '"total" collects "again[?]" over "parts", which is not selected: leave out one of the two',
    );
  });

  it("of some assets needs nothing of the others", async () => {
    const a = asset("a", { config, out: int }, (_ins, { op: { config: given } }) => given.by);
    const b = asset("b", { config, ins: { a }, resources: { costly } }, () => 1);
    const result = await materialize([a], { assets: [b], runConfig: { ops: { a: { config: { by: 4 } } } } });
    expect(result.outputValue("a")).toBe(4);
    const all = executeInProcess(defineAssetJob("all"), { assets: [a, b], runConfig: { ops: { a: { config: { by: 4 } } } } });
    await expect(all).rejects.toThrow("ops.b.config.by: is missing; it needs a whole number");
  });
});

describe("a job of a graph with inputs", () => {
  const plus = op("plus", { ins: { x: int, y: int }, out: int }, ({ x, y }) => x + y);
  const sum = graph("sum", { ins: { x: int, y: int } }, ({ x, y }) => plus({ x, y }));

  it("lists them among what ops make, in their places", async () => {
    const list = op("list", { ins: { numbers: z.array(int) }, out: z.array(int) }, ({ numbers }) => numbers);
    const one = op("one", { out: int }, () => 1);
    const inner = graph("inner", { ins: { numbers: z.array(int) } }, ({ numbers }) => void list.alias("inner_list")({ numbers }));
    const lists = graph("lists", { ins: { x: int, y: int } }, ({ x, y }) => {
      const made = one();
      list({ numbers: [x, made, y] });
      list.alias("all_given")({ numbers: [y, x] });
      inner({ numbers: [made, x] });
    });
    const result = await executeInProcess(lists.toJob({ inputValues: { y: 3 } }), { runConfig: { inputs: { x: 2 } } });
    expect(result.outputValue("list")).toEqual([2, 1, 3]);
    expect(result.outputValue("all_given")).toEqual([3, 2]);
    expect(result.outputValue("inner.inner_list")).toEqual([1, 2]);
    const part = { inputValues: { y: 3 }, runConfig: { inputs: { x: 2 } }, opSelection: ["all_given"] };
    expect((await executeInProcess(lists.toJob(), part)).outputValue("all_given")).toEqual([3, 2]);
  });

  it("takes them from run config, from code, and from the test", async () => {
    const adding = sum.toJob({ name: "adding", inputValues: { y: 5 } });
    expect((await executeInProcess(adding, { runConfig: { inputs: { x: 3 } } })).outputValue("plus")).toBe(8);
    expect((await executeInProcess(adding, { inputValues: { x: 1, y: 2 } })).outputValue("plus")).toBe(3);
    await expect(executeInProcess(adding)).rejects.toThrow("inputs.x: is missing; it needs a value");
    await expect(executeInProcess(adding, { inputValues: { z: 1 } })).rejects.toThrow(
      'its graph has no such input; it has "x", "y"',
    );
    await expect(executeInProcess(adding, { runConfig: { inputs: { x: "3" } } })).rejects.toThrow(
      "inputs.x: Invalid input: expected number",
    );
  });
});
