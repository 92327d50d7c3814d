import { describe, expect, test } from "vitest";
import { z } from "zod";
import { brandOf, buildOpContext, op, resource } from "./index.ts";

describe("an op called outside a job", () => {
  test("runs its function and gives what it returned", () => {
    const double = op("double", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n * 2);
    expect(double({ n: 21 })).toBe(42);
  });

  test("gives the promise of an asynchronous function", async () => {
    const fetchLater = op("fetch_later", { ins: { n: z.number() } }, ({ n }) => Promise.resolve(n + 1));
    expect(await fetchLater({ n: 1 })).toBe(2);
  });

  test("needs no arguments when it has no inputs, and can be awaited for its type", async () => {
    const one = op("one", () => 1);
    const value: number = await one();
    expect(value).toBe(1);
  });

  test("takes a context with config and resources", () => {
    const greeter = resource("greeter", () => ({ greet: (name: string) => `Hello ${name}` }));
    const greet = op("greet", { config: z.object({ name: z.string() }), resources: { greeter } }, (_, context) =>
      context.resources.greeter.greet(context.op.config.name),
    );
    const context = buildOpContext({
      config: { name: "Ada" },
      resources: { greeter: { greet: (name: string) => `Bonjour ${name}` } },
    });
    expect(greet({}, context)).toBe("Bonjour Ada");
  });

  test("keeps the metadata that it added in the context", () => {
    const count = op("count", { ins: { rows: z.array(z.string()) } }, ({ rows }, context) => {
      context.addOutputMetadata({ rows: rows.length });
    });
    const context = buildOpContext();
    count({ rows: ["a", "b"] }, context);
    expect(context.outputMetadata.get("result")).toEqual({ rows: { type: "int", int: "2" } });
  });
});

describe("what op() returns", () => {
  const schema = z.number();
  const split = op(
    "split",
    {
      description: "In two",
      tags: { team: "数学" },
      ins: { n: schema },
      outs: { half: schema, rest: z.string() },
      pool: "cpu",
      retryPolicy: { maxRetries: 2 },
    },
    ({ n }) => ({ half: n / 2, rest: "" }),
  );

  test("is frozen, branded, and carries what was declared", () => {
    expect(Object.isFrozen(split)).toBe(true);
    expect(brandOf(split)).toEqual({ kind: "op", version: 1 });
    expect({ ...split }).toMatchObject({
      name: "split",
      description: "In two",
      tags: { team: "数学" },
      pool: "cpu",
      returnsRecord: true,
    });
    expect(split.retryPolicy).toEqual({ maxRetries: 2, delaySeconds: null, backoff: null, jitter: null });
    expect(split.outs.map(({ name, ioManagerKey }) => [name, ioManagerKey])).toEqual([
      ["half", "io_manager"],
      ["rest", "io_manager"],
    ]);
    expect(split.ins[0]).toMatchObject({ name: "n", schema, hasDefault: false });
  });

  test("knows the file and line of its declaration", () => {
    expect(split.site.file).toMatch(/op\.test\.ts$/);
    expect(split.site.line).toBeGreaterThan(40);
    expect(String(split.site)).toMatch(/op\.test\.ts:\d+$/);
  });

  test("knows which inputs have defaults, whatever the schema library", () => {
    const picky = (accepts: (value: unknown) => boolean) => ({
      "~standard": {
        version: 1 as const,
        vendor: "own",
        validate: (value: unknown) => (accepts(value) ? { value } : { issues: [{ message: "no" }] }),
      },
    });
    const many = op(
      "many",
      {
        ins: {
          required: z.string(),
          defaulted: z.string().default("x"),
          optional: z.string().optional(),
          anything: z.unknown(),
          foreign: picky((value) => typeof value === "string"),
          foreignOptional: picky((value) => value === undefined || typeof value === "string"),
          foreignAnything: picky(() => true),
        },
      },
      () => null,
    );
    expect(many.ins.filter((input) => input.hasDefault).map((input) => input.name)).toEqual([
      "defaulted",
      "optional",
      "foreignOptional",
    ]);
  });
});

describe("op() refuses", () => {
  test.each(["", "a b", "a-b", "naïve", "🚀", "a.b", "a/b"])("the name %j, and says where", (name) => {
    expect(() => op(name, () => 1)).toThrow(
      /cannot be the name of an op: names have letters a-z, A-Z, digits and underscores.*op\.test\.ts:\d+\)/,
    );
  });

  test("a name that is no text", () => {
    expect(() => op(undefined as never, () => 1)).toThrow("The name of an op must be text, not undefined");
  });

  test("inputs and outputs with names that config could not spell", () => {
    expect(() => op("a", { ins: { "my input": z.number() } }, () => 1)).toThrow(
      '"my input" cannot be the name of an input of op "a"',
    );
    expect(() => op("a", { outs: { größe: z.number() } }, () => ({ größe: 1 }))).toThrow(
      '"größe" cannot be the name of an output of op "a"',
    );
  });

  test("an input without a schema", () => {
    expect(() => op("a", { ins: { n: undefined as never } }, () => 1)).toThrow('Op "a": its input "n" has no schema');
  });

  test("`out` beside `outs`, no outs, and no function", () => {
    expect(() => op("a", { out: z.number(), outs: { b: z.number() } } as never, () => 1)).toThrow(
      'Op "a": it has both `out` and `outs`',
    );
    expect(() => op("a", { outs: {} }, () => ({}))).toThrow('Op "a": `outs` is empty');
    expect(() => op("a", {}, undefined as never)).toThrow('Op "a": its last argument must be the function to run');
  });

  test("a tag that is no text", () => {
    expect(() => op("a", { tags: { n: 1 as never } }, () => 1)).toThrow(
      'Op "a": the value of its tag "n" is number; tags are text',
    );
  });
});
