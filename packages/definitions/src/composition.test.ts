import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asset, graph, type Handle, insideOp, job, type JobDefinition, op } from "./index.ts";

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
