import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  buildRepository,
  defineAssetJob,
  definitions,
  graph,
  job,
  op,
  opConfigAt,
  opInputsAt,
  resource,
  resourceConfigAt,
  type Schema,
  validateRunConfig,
} from "./index.ts";

/** A repository with one job "j" of one op "o" that has this config schema. */
const withConfig = (config: Schema) =>
  buildRepository(
    definitions({
      jobs: [
        job("j", () => {
          op("o", { config }, () => null)();
        }),
      ],
    }),
  );

/** The config that the op sees, or what is wrong with it. */
const configured = (schema: Schema, config: unknown) => {
  const result = validateRunConfig(withConfig(schema), "j", { ops: { o: { config } } });
  return result.ok ? opConfigAt(result.config, ["o"]) : result.errors.map(({ message }) => message);
};

const typesOf = (schema: Schema) => {
  const { snapshot } = withConfig(schema).jobs.get("j")!;
  const root = snapshot.ops[0]!.configType!;
  return { root, types: new Map(snapshot.configTypes.map((type) => [type.key, type])) };
};

describe("config types", () => {
  test.each<[string, Schema, string]>([
    ["text", z.string(), "StringSourceType"],
    ["text of a form", z.email(), "StringSourceType"],
    ["numbers", z.number(), "FloatSourceType"],
    ["whole numbers", z.number().int(), "IntSourceType"],
    ["whole numbers, the short way", z.int(), "IntSourceType"],
    ["booleans", z.boolean(), "BoolSourceType"],
    ["anything", z.any(), "Any"],
    ["unknown", z.unknown(), "Any"],
    ["lists", z.array(z.int()), "Array.IntSourceType"],
    ["maps", z.record(z.string(), z.boolean()), "Map.String.BoolSourceType"],
    ["nullable", z.string().nullable(), "Noneable.StringSourceType"],
    ["nullable twice", z.string().nullable().nullable(), "Noneable.StringSourceType"],
    ["a union with null", z.union([z.string(), z.null()]), "Noneable.StringSourceType"],
    ["a default", z.string().default("x"), "StringSourceType"],
    ["read-only", z.array(z.string()).readonly(), "Array.StringSourceType"],
    ["one fixed number", z.literal(3), "Int"],
    ["a union of numbers", z.union([z.int(), z.number()]), "FloatSourceType"],
  ])("%s", (_, schema, key) => {
    expect(typesOf(schema).root).toBe(key);
  });

  test("objects become shapes, loose ones permissive; equal ones have one key", () => {
    const inner = z.object({ a: z.string().describe("The a") });
    const { root, types } = typesOf(z.looseObject({ one: inner, two: z.object({ a: z.string().describe("The a") }).optional() }));
    const type = types.get(root);
    expect(root).toMatch(/^Permissive\.[0-9a-f]{40}$/);
    expect(type).toMatchObject({
      kind: "permissive",
      fields: [
        { name: "one", isRequired: true },
        { name: "two", isRequired: false },
      ],
    });
    const [one, two] = type?.kind === "permissive" ? type.fields : [];
    expect(one?.type).toBe(two?.type);
    expect(types.get(one!.type)).toMatchObject({
      kind: "shape",
      fields: [{ name: "a", description: "The a", type: "StringSourceType", isRequired: true }],
    });
  });

  test("enums and unions of texts are enums; a scalar or something else is a scalar union", () => {
    const values = (schema: Schema) => {
      const { root, types } = typesOf(schema);
      const type = types.get(root);
      return type?.kind === "enum" ? type.values.map(({ value }) => value) : type;
    };
    expect(values(z.enum(["a", "b"]))).toEqual(["a", "b"]);
    expect(values(z.union([z.literal("a"), z.literal("ü 🚀")]))).toEqual(["a", "ü 🚀"]);
    enumLike.forEach((schema) => expect(values(schema)).toEqual(["asc", "desc"]));
    expect(values(z.union([z.object({ a: z.string() }), z.string()]))).toMatchObject({
      kind: "scalarUnion",
      scalarType: "String",
    });
  });
  const enumLike = [z.enum({ Up: "asc", Down: "desc" }), z.literal(["asc", "desc"])];

  test.each<[string, Schema, RegExp]>([
    [
      "a date",
      z.object({ when: z.object({ from: z.date() }) }),
      /^Op "o": its config schema at when\.from is of the kind "date".*Take a string such as z\.iso\.date\(\).*\(at \S+:\d+\)$/,
    ],
    ["a bigint in a list", z.object({ ids: z.array(z.bigint()) }), /at ids\.\[\] is of the kind "bigint"/],
    ["a union of scalars", z.union([z.string(), z.number()]), /is a union that config types cannot express/],
    ["a map", z.map(z.string(), z.string()), /Use z\.record/],
    [
      "another library's schema",
      { "~standard": { version: 1, vendor: "other", validate: (value: unknown) => ({ value }) } },
      /is not a schema of zod 4/,
    ],
  ])("%s is refused at load", (_, schema, message) => {
    expect(() => withConfig(schema)).toThrow(
      expect.objectContaining({ kind: "UnsupportedConfigSchemaError", message: expect.stringMatching(message) as string }),
    );
  });
});

describe("checking run config", () => {
  const schema = z.object({
    url: z.url(),
    limit: z.int().min(1).default(10),
    mode: z.enum(["full", "part"]).optional(),
    note: z.string().nullable().default(null),
  });

  test("fills in defaults", () => {
    expect(configured(schema, { url: "https://a.b" })).toEqual({ url: "https://a.b", limit: 10, note: null });
    expect(configured(z.object({ a: z.int().default(1) }), null)).toEqual({ a: 1 });
  });

  test("lets config be left out when every field may be", () => {
    const result = validateRunConfig(withConfig(z.object({ a: z.int().default(1) })), "j", undefined);
    expect(result).toMatchObject({ ok: true, config: { ops: { o: { config: { a: 1 } } } } });
  });

  test.each<[string, unknown, readonly string[]]>([
    ["a wrong type", { url: 3 }, ["ops.o.config.url: expected text, got 3"]],
    [
      "a fraction for a whole number",
      { url: "https://a.b", limit: 1.5 },
      ["ops.o.config.limit: expected a whole number, got 1.5"],
    ],
    ["a wrong enum value", { url: "https://a.b", mode: "ful" }, ["ops.o.config.mode: expected one of full, part, got 'ful'"]],
    ["a missing field", {}, ["ops.o.config.url: is missing; it needs text"]],
    [
      "an unknown field",
      { url: "https://a.b", limmit: 3 },
      ['ops.o.config.limmit: there is no such field; did you mean "limit"?'],
    ],
    [
      "rules that only the schema knows",
      { url: "here", limit: 0 },
      ["ops.o.config.url: Invalid URL", "ops.o.config.limit: Too small: expected number to be >=1"],
    ],
    ["text for a map", "x", ["ops.o.config: expected a map of fields, got 'x'"]],
    ["a list for a map", [], ["ops.o.config: expected a map of fields, got []"]],
  ])("names %s with its path", (_, config, messages) => {
    expect(configured(schema, config)).toEqual(messages);
  });

  test("looks into lists, maps and unions", () => {
    const deep = z.object({
      list: z.array(z.object({ n: z.int() })),
      map: z.record(z.string(), z.int()),
      either: z.union([z.string(), z.object({ a: z.int() })]),
    });
    expect(configured(deep, { list: [{ n: 1 }, { n: "2" }, 3], map: { x: 1, "y z": null }, either: { a: "b" } })).toEqual([
      "ops.o.config.list[1].n: expected a whole number, got '2'",
      "ops.o.config.list[2]: expected a map of fields, got 3",
      "ops.o.config.map.y z: expected a whole number, got null",
      "ops.o.config.either.a: expected a whole number, got 'b'",
    ]);
    expect(configured(deep, { list: [], map: {}, either: 5 })).toEqual(["ops.o.config.either: expected text, got 5"]);
  });

  test("a misspelled op, resource and section, all at once with the rest", () => {
    const db = resource("db", { config: z.object({ url: z.string() }) }, ({ config }) => config.url);
    const load = op("load", { config: schema, resources: { db } }, () => null);
    const repository = buildRepository(
      definitions({
        jobs: [
          job("j", () => {
            load();
            load();
          }),
        ],
        resources: [db],
      }),
    );
    const result = validateRunConfig(repository, "j", {
      ops: { laod: {}, load: { config: { limit: "x" } } },
      resources: { db: { config: { url: null } } },
      executon: {},
      execution: { config: { multiproces: {} } },
      loggers: { console: { config: { log_level: 3 } } },
    });
    expect(result.ok ? [] : result.errors.map(({ path, reason, message }) => [path.join("/"), reason, message])).toEqual(
      [
        ["executon", "FIELD_NOT_DEFINED", 'executon: there is no such field; did you mean "execution"?'],
        ["ops/laod", "FIELD_NOT_DEFINED", 'ops.laod: there is no such field; did you mean "load"?'],
        ["ops/load/config/limit", "RUNTIME_TYPE_MISMATCH", "ops.load.config.limit: expected a whole number, got 'x'"],
        ["ops/load/config/url", "MISSING_REQUIRED_FIELD", "ops.load.config.url: is missing; it needs text"],
        ["ops/load_2/config/url", "MISSING_REQUIRED_FIELD", "ops.load_2.config.url: is missing; it needs text"],
        ["resources/db/config/url", "RUNTIME_TYPE_MISMATCH", "resources.db.config.url: expected text, got null"],
        [
          "execution/config/multiproces",
          "FIELD_NOT_DEFINED",
          'execution.config.multiproces: there is no such field; did you mean "multiprocess"?',
        ],
        ["loggers/console/config/log_level", "RUNTIME_TYPE_MISMATCH", "loggers.console.config.log_level: expected text, got 3"],
      ].sort((a, b) => order.indexOf(a[0]!) - order.indexOf(b[0]!)),
    );
  });
  const order = [
    "ops/laod",
    "ops/load/config/limit",
    "ops/load/config/url",
    "ops/load_2/config/url",
    "resources/db/config/url",
    "executon",
    "execution/config/multiproces",
    "loggers/console/config/log_level",
  ];

  test("an op without config takes none", () => {
    const repository = buildRepository(
      definitions({
        jobs: [
          job("j", () => {
            op("o", () => null)();
          }),
        ],
      }),
    );
    const result = validateRunConfig(repository, "j", { ops: { o: { config: {} } } });
    expect(result).toMatchObject({
      ok: false,
      errors: [{ reason: "FIELD_NOT_DEFINED", message: "ops.o.config: there is no such field; nothing can be set here" }],
    });
  });

  test("nested graphs, aliases, inputs without wires, assets and resources have their config where Dagster has it", () => {
    const region = resource("region", { config: z.enum(["eu", "us"]).default("eu") }, ({ config }) => config);
    const scale = op(
      "scale",
      { ins: { n: z.number().default(1) }, config: z.object({ by: z.int() }), resources: { region } },
      ({ n }) => n,
    );
    const outer = graph("outer", () => graph("inner", () => scale.alias("twice")())());
    const orders = asset("shop/orders", { config: z.object({ day: z.string() }) }, () => 1);
    const repository = buildRepository(
      definitions({
        jobs: [
          job("j", () => {
            outer();
          }),
          defineAssetJob("a"),
        ],
        assets: [orders],
        resources: [region],
      }),
    );
    const result = validateRunConfig(repository, "j", {
      ops: { outer: { ops: { inner: { ops: { twice: { config: { by: 2 }, inputs: { n: 7 } } } } } } },
    });
    const config = result.ok ? result.config : undefined;
    expect(opConfigAt(config!, ["outer", "inner", "twice"])).toEqual({ by: 2 });
    expect(opInputsAt(config!, ["outer", "inner", "twice"])).toEqual({ n: 7 });
    expect(opConfigAt(config!, ["outer"])).toBeUndefined();
    expect(resourceConfigAt(config!, "region")).toBe("eu");
    expect(validateRunConfig(repository, "j", {})).toMatchObject({
      ok: false,
      errors: [{ path: ["ops", "outer", "ops", "inner", "ops", "twice", "config", "by"] }],
    });
    const assets = validateRunConfig(repository, "a", { ops: { shop__orders: { config: { day: "mon" } } } });
    expect(assets.ok && opConfigAt(assets.config, ["shop__orders"])).toEqual({ day: "mon" });
  });

  test("a run config that is no map, and an unknown job", () => {
    const repository = withConfig(z.object({}));
    expect(validateRunConfig(repository, "j", [])).toMatchObject({
      ok: false,
      errors: [{ path: [], message: "run config: expected a map of fields, got []" }],
    });
    expect(validateRunConfig(repository, "j", "ops")).toMatchObject({ ok: false });
    expect(() => validateRunConfig(repository, "jj", {})).toThrow('This code location has no job "jj"; did you mean "j"?');
  });

  test("names like __proto__ and constructor are fields like others", () => {
    const given = JSON.parse('{"ops": {"__proto__": {}, "constructor": {}}}') as object;
    const result = validateRunConfig(withConfig(z.object({})), "j", given);
    expect(result.ok ? [] : result.errors.map(({ fieldName }) => fieldName)).toEqual(["__proto__", "constructor"]);
  });

  test("a config of 5 MB is checked whole", () => {
    const big = z.object({ rows: z.array(z.object({ id: z.int(), text: z.string() })) });
    const rows = Array.from({ length: 50_000 }, (_, id) => ({ id, text: "x".repeat(80) }));
    expect(configured(big, { rows: [...rows, { id: "x", text: "y" }] })).toEqual([
      "ops.o.config.rows[50000].id: expected a whole number, got 'x'",
    ]);
  });
});
