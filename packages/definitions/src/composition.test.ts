import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  dynamicOut,
  dynamicOutput,
  graph,
  type Handle,
  insideOp,
  job,
  type JobDefinition,
  nothing,
  op,
  successHook,
} from "./index.ts";

const list = z.array(z.number());
const ran: string[] = [];
const make = op("make", { out: list }, () => {
  ran.push("make");
  return [1, 2, 3];
});
const total = op("total", { ins: { numbers: list }, out: z.number() }, ({ numbers }) => numbers.reduce((a, b) => a + b, 0));
const scale = op("scale", { ins: { n: z.number(), by: z.number().default(2) }, out: z.number() }, ({ n, by }) => n * by);

const wiring = ({ graph: { nodes } }: Pick<JobDefinition, "graph">) =>
  Object.fromEntries(
    nodes.map((node) => [
      node.name,
      Object.fromEntries(
        node.inputs.map((input) => [
          input.input,
          input.sources.map((source) => (source.kind === "output" ? `${source.node}.${source.output}` : source.kind)),
        ]),
      ),
    ]),
  );

describe("composing", () => {
  test("wires calls without running anything", () => {
    const composed = job("sum", () => {
      total({ numbers: make() });
    });
    expect(wiring(composed)).toEqual({ make: {}, total: { numbers: ["make.result"] } });
    expect(ran).toEqual([]);
  });

  test("names further uses of an op op_2, op_3, around names that aliases took", () => {
    const composed = job("names", () => {
      make.alias("make_2")();
      make();
      make();
      make();
    });
    expect(composed.graph.nodes.map((node) => node.name)).toEqual(["make_2", "make", "make_3", "make_4"]);
  });

  test("gives a new handle by alias and tag, and leaves the op as it was", () => {
    const composed = job("aliased", () => {
      total.alias("grand_total").tag({ size: "großе" })({ numbers: make.tag({ size: "small" }).tag({ more: "1" })() });
    });
    expect(
      composed.graph.nodes.map(({ name, tags, definition }) => [name, tags, definition === make || definition === total]),
    ).toEqual([
      ["make", { size: "small", more: "1" }, true],
      ["grand_total", { size: "großе" }, true],
    ]);
    expect(total.tags).toEqual({});
  });

  test("leaves an input with a default unwired", () => {
    const composed = job("defaults", () => {
      scale({ n: total({ numbers: make() }) });
    });
    expect(wiring(composed)["scale"]).toEqual({ n: ["total.result"], by: [] });
  });

  test("fans in when a list of handles is given", () => {
    const composed = job("fan_in", () => {
      const each = [1, 2, 3].map(() => total({ numbers: make() }));
      total.alias("grand")({ numbers: each });
    });
    expect(wiring(composed)["grand"]).toEqual({ numbers: ["total.result", "total_2.result", "total_3.result"] });
    expect(composed.graph.nodes.at(-1)?.inputs[0]?.isFanIn).toBe(true);
  });

  test("gives a handle for each of several outputs", () => {
    const split = op("split", { outs: { even: list, odd: list } }, () => ({ even: [2], odd: [1, 3] }));
    const composed = job("several", () => {
      const { even, odd } = split();
      total({ numbers: even });
      total({ numbers: odd });
    });
    expect(wiring(composed)).toMatchObject({ total: { numbers: ["split.even"] }, total_2: { numbers: ["split.odd"] } });
  });

  test("nests graphs with inputs and outputs", () => {
    const stats = graph("stats", { ins: { numbers: list } }, ({ numbers }) => {
      const sum = total({ numbers });
      return { sum, twice: scale({ n: sum }) };
    });
    const composed = job("nested", () => {
      const { twice } = stats({ numbers: make() });
      scale({ n: twice });
    });
    expect(wiring(composed)).toEqual({ make: {}, stats: { numbers: ["make.result"] }, scale: { n: ["stats.twice"], by: [] } });
    expect(stats.outs).toEqual([
      { name: "sum", source: { node: "total", output: "result" } },
      { name: "twice", source: { node: "scale", output: "result" } },
    ]);
    expect(stats.nodes[0]?.inputs[0]?.sources).toEqual([{ kind: "graphInput", input: "numbers" }]);
  });

  test("a graph that returns one handle gives one handle", () => {
    const made = graph("made", () => make());
    const composed = job("one_handle", () => {
      total({ numbers: made.alias("first")() });
    });
    expect(wiring(composed)).toEqual({ first: {}, total: { numbers: ["first.result"] } });
  });

  test("after a composing function threw, calls run functions again", () => {
    expect(() =>
      job("broken", () => {
        throw new TypeError("user's own");
      }),
    ).toThrow(new TypeError("user's own"));
    expect(total({ numbers: [1, 2] })).toBe(3);
  });

  test("shows handles when printed, e.g. by console.log", () => {
    job("printed", () => {
      expect(inspect(make())).toContain('the handle of "make" in job "printed"');
    });
  });
});

describe("a handle is no value:", () => {
  const misuse = (use: (numbers: Handle<number[]>) => unknown) => () => job("misuse", () => void use(make()));
  const message = (what: string) =>
    new RegExp(
      `^The handle of "make" in job "misuse" was ${what}\\. A handle stands for a value that exists only when the job runs: do this inside an op`,
    );
  const value = (handle: Handle<number[]>) => handle as unknown as number[] & number;

  test.each<[string, string, (numbers: Handle<number[]>) => unknown]>([
    ["+", "used in a template string, a calculation or a comparison", (numbers) => value(numbers) + 1],
    ["a template string", "used in a template string, a calculation or a comparison", (numbers) => `${value(numbers)}`],
    [">", "used in a template string, a calculation or a comparison", (numbers) => value(numbers) > 3],
    // oxlint-disable-next-line eqeqeq -- the misuse under test
    ["==", "used in a template string, a calculation or a comparison", (numbers) => value(numbers) == 3],
    ["String()", "used in a template string, a calculation or a comparison", (numbers) => String(value(numbers))],
    ["JSON", "turned into JSON", (numbers) => JSON.stringify({ numbers })],
    ["for … of", "iterated over", (numbers) => [...value(numbers)]],
    ["a property", 'asked for its property "length"', (numbers) => value(numbers).length],
    ["in", 'asked whether it has "0"', (numbers) => "0" in numbers],
    ["Object.keys", "asked for its keys", (numbers) => Object.keys(numbers)],
    ["spreading", "asked for its keys", (numbers) => Object.assign({}, numbers)],
    ["assigning", 'given a property "x"', (numbers) => Object.assign(numbers, { x: 1 })],
  ])("%s is refused by name", (_, what, use) => {
    expect(misuse(use)).toThrow(
      expect.objectContaining({ kind: "HandleUsedAsValueError", message: expect.stringMatching(message(what)) as string }),
    );
  });

  const tested = expect.objectContaining({
    kind: "HandleUsedAsValueError",
    message: expect.stringMatching(/^The handle of "make" in job "misuse" was tested by a condition/) as string,
  });

  test("if, ?:, !, && and === are refused by reading the composing function", () => {
    const anything = (handle: unknown) => handle;
    expect(() =>
      job("misuse", () => {
        const numbers: unknown = make();
        if (anything(1) && numbers) make();
      }),
    ).toThrow(tested);
    expect(() =>
      job("misuse", () => {
        const numbers: unknown = make();
        if (!numbers) make();
      }),
    ).toThrow(tested);
    expect(() =>
      job("misuse", () => {
        const numbers: unknown = make();
        return numbers ? 1 : 2;
      }),
    ).toThrow(tested);
    expect(() =>
      job("misuse", () => {
        const numbers: unknown = make();
        if (numbers === 3) make();
      }),
    ).toThrow(tested);
    expect(() =>
      job("misuse", () => {
        // @ts-expect-error TS2801: the compiler refuses this one too
        // oxlint-disable-next-line typescript/no-misused-promises -- and so does the linter
        if (make()) total({ numbers: make() });
      }),
    ).toThrow(tested);
  });

  test("conditions on other things are allowed", () => {
    const options = { isLarge: true, numbers: true };
    const composed = job("allowed", () => {
      const numbers = make();
      // if (numbers) is only mentioned here
      if (options.isLarge && options.numbers) total({ numbers });
      return "numbers ? 1 : 2";
    });
    expect(composed.graph.nodes).toHaveLength(2);
  });
});

describe("composing refuses", () => {
  test("an async function, a generator, and a function that returns a promise", () => {
    expect(() =>
      job("later", async () => {
        make();
      }),
    ).toThrow(
      expect.objectContaining({
        kind: "AsyncCompositionError",
        message: expect.stringMatching(/^Job "later" is composed by an async function\. Composing is synchronous/) as string,
      }),
    );
    expect(() =>
      job("steps", function* () {
        yield make();
      }),
    ).toThrow('Job "steps" is composed by a generator function');
    expect(() => job("later", () => Promise.resolve())).toThrow('Job "later" returned a promise');
  });

  test("awaiting a handle", () => {
    expect(() =>
      job("awaiting", () => {
        make().then(
          () => undefined,
          () => undefined,
        );
      }),
    ).toThrow('The handle of "make" in job "awaiting" was awaited');
  });

  test("calls from what is left of an asynchronous composing function, which then run nothing", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    expect(() => job("later", () => Promise.resolve().then(make).then(resolve, reject))).toThrow("returned a promise");
    await expect(promise).rejects.toThrow('Job "later" called op "make" after it had returned');
    expect(ran).toEqual([]);
  });

  test("a handle of another job", () => {
    let leaked: Handle<number[]> | undefined;
    job("owner", () => {
      leaked = make();
    });
    expect(() =>
      job("thief", () => {
        total({ numbers: leaked! });
      }),
    ).toThrow(
      expect.objectContaining({
        kind: "ForeignHandleError",
        message: expect.stringMatching(
          /^The handle of "make" in job "owner" cannot be wired to input "numbers" of "total" in job "thief"/,
        ) as string,
      }),
    );
    expect(() => total({ numbers: leaked! })).toThrow(
      'The handle of "make" in job "owner" cannot be wired to op "total" outside of a job',
    );
  });

  test("a handle of the outer job inside a graph", () => {
    expect(() =>
      job("outer", () => {
        const numbers = make();
        graph("inner", () => total({ numbers }));
      }),
    ).toThrow('The handle of "make" in job "outer" cannot be wired to input "numbers" of "total" in graph "inner"');
  });

  test("a plain value in place of a handle", () => {
    expect(() =>
      job("plain", () => {
        total({ numbers: [1, 2] as never });
      }),
    ).toThrow('Input "numbers" of "total" in job "plain" was given 1 instead of a handle');
    expect(() =>
      job("plain", () => {
        scale({ n: 3 as never });
      }),
    ).toThrow(
      'Input "n" of "scale" in job "plain" was given 3 instead of a handle. Only what another op returns can be wired; fixed values belong into config',
    );
  });

  test("an input that is missing, unknown, or given by position", () => {
    expect(() =>
      job("wrong", () => {
        total({} as never);
      }),
    ).toThrow('Input "numbers" of "total" in job "wrong" is not wired and has no default');
    expect(() =>
      job("wrong", () => {
        total({ numbers: make(), more: make() } as never);
      }),
    ).toThrow('"total" in job "wrong" has no input "more"; its inputs are "numbers"');
    expect(() =>
      job("wrong", () => {
        total(make() as never);
      }),
    ).toThrow('"total" in job "wrong" takes its inputs as a record by name, e.g. {numbers}');
  });

  test("an unwired graph input, even one whose schema has a default", () => {
    const inner = graph("inner", { ins: { n: z.number().default(1) } }, ({ n }) => scale({ n }));
    expect(() =>
      job("outer", () => {
        inner({} as never);
      }),
    ).toThrow('Input "n" of "inner" in job "outer" is not wired and has no default');
  });

  test("two nodes with one alias", () => {
    expect(() =>
      job("twins", () => {
        make.alias("a")();
        make.alias("a")();
      }),
    ).toThrow('Job "twins" has two nodes named "a"');
    expect(() => make.alias("a b")).toThrow('"a b" cannot be the name of a node');
  });

  test("a graph outside of a job, and an asset inside one", () => {
    const made = graph("made", () => make());
    expect(() => made()).toThrow('Graph "made" was called outside of a job');
    const numbers = asset("numbers", () => 1);
    expect(() =>
      job("mixed", () => {
        numbers();
      }),
    ).toThrow('Asset "numbers" was called in job "mixed". Jobs wire ops; a job of assets is made with defineAssetJob');
  });

  test("a graph that returns something else than handles", () => {
    expect(() => graph("odd", () => 3 as never)).toThrow('Graph "odd" returned something that is no handle');
    expect(() => graph("odd", () => ({ a: [] }) as never)).toThrow('Graph "odd" returned something that is no handle for "a"');
    expect(() => graph("odd", { ins: { n: z.number() } }, ({ n }) => n)).toThrow('Graph "odd" returned its own input');
  });
});

describe("an op called inside an op", () => {
  const outer = op("outer", () => total({ numbers: [1] }));

  test("is refused by name", () => {
    expect(() => outer()).toThrow(
      expect.objectContaining({
        kind: "OpCalledInsideOpError",
        message: expect.stringMatching(/^Op "total" was called while op "outer" runs\. Ops are wired in a job/) as string,
      }),
    );
  });

  test("is refused after an await, too", async () => {
    const later = op("later", async () => {
      await Promise.resolve();
      return total({ numbers: [1] });
    });
    await expect(later()).rejects.toThrow('Op "total" was called while op "later" runs');
  });

  test("is refused under the step runner", () => {
    expect(() => insideOp('op "x"', () => total({ numbers: [1] }))).toThrow('Op "total" was called while op "x" runs');
  });
});

describe("dynamic outputs", () => {
  const parts = op("parts", { out: dynamicOut(z.number()) }, () => [dynamicOutput(1, { mappingKey: "a" })]);
  const half = op("half", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n / 2);
  const sum = op("sum", { ins: { a: z.number(), b: z.number() } }, ({ a, b }) => a + b);
  const mix = op("mix", { ins: { all: list, one: z.number() } }, ({ one }) => one);
  const split = op("split", { ins: { n: z.number() }, out: dynamicOut(z.number()) }, ({ n }) => [
    dynamicOutput(n, { mappingKey: "x" }),
  ]);
  const late = op("late", { out: nothing }, () => {});
  const refusal = (name: string, body: () => void): string => {
    try {
      job(name, body);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("it was not refused");
  };

  test("are wired by map and collect", () => {
    const { graph: root } = job("mapped", () => {
      const halves = parts().map((n) => half({ n }));
      total({ numbers: halves.collect() });
      const { low } = parts().map((n) => ({ low: half({ n }), high: half({ n }) }));
      total({ numbers: low.collect() });
    });
    const [, , all] = root.nodes;
    expect(all!.inputs).toEqual([
      { input: "numbers", isFanIn: true, sources: [{ kind: "output", node: "half", output: "result", isCollected: true }] },
    ]);
  });

  test("go through graphs, as their inputs and as their outputs", () => {
    const halved = graph("halved", () => ({ halves: parts().map((n) => half({ n })) }));
    const summed = graph("summed", { ins: { numbers: list } }, ({ numbers }) => total({ numbers }));
    const { graph: root } = job("through", () => {
      summed({
        numbers: halved()
          .halves.map((n) => half({ n }))
          .collect(),
      });
    });
    expect(halved.outs).toEqual([{ name: "halves", source: { node: "half", output: "result" }, isDynamic: true }]);
    expect(root.nodes.map(({ name }) => name)).toEqual(["halved", "half", "summed"]);
  });

  test.each<[title: string, body: () => void, said: string]>([
    ["unpacked", () => half({ n: parts() as never }), "which is dynamic; use its map or collect"],
    ["listed", () => parts().map((n) => void total({ numbers: [n] })), "within a list, and it is mapped; use collect"],
    ["two", () => parts().map((a) => void parts().map((b) => sum({ a, b }))), 'is mapped over both "parts" and "parts_2"'],
    [
      "both",
      () => {
        const found = parts();
        found.map((one) => mix({ all: found.collect(), one }));
      },
      'is mapped over "parts" and collects what comes of "parts"; it can do one of both',
    ],
    ["nested", () => parts().map((n) => void split({ n }).map((m) => half({ n: m }))), "maps do not nest"],
    [
      "unmapped",
      () => parts().map(() => half({ n: split.alias("other")({ n: half({ n: total({ numbers: make() }) }) }) as never })),
      "dynamic",
    ],
    ["other", () => void parts().map(() => total({ numbers: make() })), "which is not mapped over it"],
    ["asked", () => void (parts() as unknown as { length: number }).length, 'asked for its property "length"'],
    ["valueless", () => half({ n: late() as never }), "has no value; declare the input as `nothing`"],
  ])("are refused by name when they are %s", (name, body, said) => {
    expect(refusal(name, body)).toContain(said);
  });

  test("of a graph must not be one of many, or a list", () => {
    expect(() =>
      graph("leaks", () => {
        let leaked: Handle<number> | undefined;
        parts().map((n) => void (leaked = half({ n })));
        return leaked!;
      }),
    ).toThrow("which is one of many. Return what `map` gives");
    expect(() => graph("lists", () => parts().collect())).toThrow("collect it where the graph is used");
  });
});

describe("orders without values, hooks and jobs of graphs", () => {
  const work = op("work", { ins: { ready: nothing } }, () => 1);

  test("anything can be wired to an order, several things, or nothing", () => {
    const { graph: root } = job("ordered", () => {
      work();
      work({ ready: [make(), work()] });
    });
    expect(root.nodes.map(({ inputs }) => inputs.flatMap(({ sources }) => sources.length))).toEqual([[0], [], [0], [2]]);
  });

  test("hooks and retry policies are of one use", () => {
    const told = successHook("told", () => {});
    const { graph: root } = job("uses", () => {
      make.withHooks(told).withRetryPolicy({ maxRetries: 2 }).alias("first")();
      make();
    });
    expect(root.nodes.map(({ hooks, retryPolicy }) => [hooks?.map(({ name }) => name), retryPolicy?.maxRetries])).toEqual([
      [["told"], 2],
      [undefined, undefined],
    ]);
    expect(() => make.withHooks("told" as never)).toThrow("its hooks must be made by successHook(…) or failureHook(…)");
    expect(() => make.withRetryPolicy({ backoff: "LINEAR" })).toThrow("has backoff and no delaySeconds for it to change");
  });

  test("values for inputs that a job's graph does not have, or does not take, and half a config mapping are refused", () => {
    const takes = graph("takes", { ins: { numbers: list } }, ({ numbers }) => total({ numbers }));
    expect(takes.toJob({ inputValues: { numbers: [1] } }).inputValues).toEqual({ numbers: [1] });
    // @ts-expect-error: there is no such input
    expect(() => takes.toJob({ inputValues: { number: [1] } })).toThrow(
      'Job "takes" of graph "takes": `inputValues` has "number", and its graph has no such input; it has "numbers"',
    );
    // @ts-expect-error: it takes numbers
    expect(() => takes.toJob({ inputValues: { numbers: ["one"] } })).toThrow(
      'the value of "numbers" in `inputValues` does not fit',
    );
    expect(() => graph("half_mapped", { config: z.object({}) }, () => void make())).toThrow(
      "it has a `config` schema and no `mapConfig`",
    );
  });
});
