import { redactRunConfig, scaffoldRunConfig } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import {
  buildRepository,
  configured,
  definitions,
  envVar,
  job,
  op,
  opConfigAt,
  resource,
  resourceConfigAt,
  type Schema,
  secret,
  validateRunConfig,
} from "./index.ts";

const repositoryOf = (config: Schema) => {
  const one = op("o", { config }, () => null);
  return buildRepository(definitions({ jobs: [job("j", () => void one())] }));
};

/** What the op sees, or what is wrong. `env` null is the check before a launch. */
function read(schema: Schema, config: unknown, env: Record<string, string> | null = {}): unknown {
  const result = validateRunConfig(repositoryOf(schema), "j", { ops: { o: { config } } }, env === null ? {} : { env });
  return result.ok ? opConfigAt(result.config, ["o"]) : result.errors.map(({ message }) => message.replace("ops.o.config", ""));
}

const secretsOf = (schema: Schema, config: unknown, env: Record<string, string> = {}) => {
  const result = validateRunConfig(repositoryOf(schema), "j", { ops: { o: { config } } }, { env });
  return result.ok ? [...new Set(result.secrets)] : result.errors.map(({ message }) => message);
};

describe("references to the environment", () => {
  const schema = z.object({
    host: z.string().min(3),
    port: z.int().max(65_535).default(80),
    ratio: z.number().nullable().optional(),
    tls: z.boolean().default(true),
    tags: z.record(z.string(), z.string()).default({}),
    list: z.array(z.int()).default([]),
  });
  const given = {
    host: { env: "HOST" },
    port: { env: "PORT" },
    ratio: { env: "RATIO" },
    tls: { env: "TLS" },
    tags: { a: { env: "TAG" } },
    list: [1, { env: "PORT" }],
  };

  test("stand for texts, numbers and booleans wherever they are", () => {
    const env = { HOST: "db", PORT: "5432", RATIO: "0.5", TLS: "False", TAG: "x" };
    expect(read(schema, given, { ...env, HOST: "db.example" })).toEqual({
      host: "db.example",
      port: 5432,
      ratio: 0.5,
      tls: false,
      tags: { a: "x" },
      list: [1, 5432],
    });
    expect(read(schema, given, env)).toEqual([expect.stringMatching(/^\.host: Too small/)]);
  });

  test("that nobody can fulfil are told when the run starts, each with its place", () => {
    expect(read(schema, given, { HOST: "db.example", PORT: "many", RATIO: "", TLS: "maybe" })).toEqual([
      '.port: the environment variable "PORT" does not hold a whole number: "many"',
      '.ratio: the environment variable "RATIO" does not hold a number: ""',
      '.tls: the environment variable "TLS" does not hold true or false: "maybe"',
      '.tags.a: the environment variable "TAG" is not set where the run is executed',
      '.list[1]: the environment variable "PORT" does not hold a whole number: "many"',
    ]);
  });

  test("are not looked up before a launch, and what does not depend on them is checked", () => {
    expect(read(schema, given, null)).toBeUndefined();
    expect(read(schema, { ...given, port: 70_000 }, null)).toEqual([expect.stringMatching(/^\.port: Too big/)]);
    expect(read(schema, { host: { env: 3 } }, null)).toEqual([
      ".host: expected text, or {env: NAME} for an environment variable, got { env: 3 }",
    ]);
    expect(read(schema, { host: { environment: "A" } }, null)).toEqual([
      ".host: expected text, or {env: NAME} for an environment variable, got { environment: 'A' }",
    ]);
    const ordered = z.object({ from: z.int(), to: z.int() }).refine(({ from, to }) => from < to, "is empty");
    expect(read(ordered, { from: { env: "A" }, to: 1 }, null)).toBeUndefined();
    expect(read(ordered, { from: { env: "A" }, to: 1 }, { A: "2" })).toEqual([": is empty"]);
  });

  test("of a user's own field named env stay the user's", () => {
    const own = z.union([z.string(), z.object({ env: z.string() })]);
    expect(read(own, { env: "X" }, { X: "no" })).toEqual({ env: "X" });
    expect(read(z.object({ env: z.string() }), { env: "X" }, { X: "no" })).toEqual({ env: "X" });
  });
});

describe("discriminated unions", () => {
  const source = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("file"), path: z.string().min(2) }),
    z.object({ kind: z.enum(["http", "https"]), host: z.string(), port: z.int().default(80) }),
  ]);
  const schema = z.object({ from: source, more: z.array(source).default([{ kind: "file", path: "/a" }]) });

  test("are selectors in config, and what the schema says for the op", () => {
    expect(read(schema, { from: { file: { path: "/b" } }, more: [{ https: { host: "h" } }] })).toEqual({
      from: { kind: "file", path: "/b" },
      more: [{ kind: "https", host: "h", port: 80 }],
    });
  });

  test("tell what is wrong at the place that config has", () => {
    expect(read(schema, { from: { file: { path: "b" } }, more: [{ http: null }, {}, { ftp: {} }] })).toEqual([
      ".more[0].http.host: is missing; it needs text",
      ".more[1]: exactly one of file, http, https is needed, got none",
      ".more[2].ftp: there is no such field; known here: file, http, https",
    ]);
    expect(read(schema, { from: { file: { path: "b" } } })).toEqual([expect.stringMatching(/^\.from\.file\.path: Too small/)]);
    expect(read(schema, { from: { kind: "file", path: "/b" } })).toEqual([
      ".from: exactly one of file, http, https is needed, got 2",
      ".from.kind: there is no such field; known here: file, http, https",
      expect.stringMatching(/^\.from\.path: there is no such field/),
    ]);
  });

  test("have defaults in the form of config", () => {
    const { snapshot } = repositoryOf(schema).jobs.get("j")!;
    expect(scaffoldRunConfig(snapshot, "all")).toEqual({
      ops: { o: { config: { from: { file: { path: "" } }, more: [{ file: { path: "/a" } }] } } },
    });
    expect(scaffoldRunConfig(snapshot, "required")).toEqual({ ops: { o: { config: { from: { file: { path: "" } } } } } });
  });
});

test("transforms, coercions and catches give the op what they make", () => {
  const schema = z.object({
    day: z.codec(z.iso.date(), z.date(), { decode: (text) => new Date(text), encode: (date) => date.toISOString() }),
    big: z.coerce.bigint(),
    flag: z.stringbool(),
    level: z.int().min(1).catch(1),
    tuple: z.tuple([z.int(), z.int()]),
    both: z.object({ a: z.int() }).and(z.object({ b: z.string().transform((text) => text.length) })),
  });
  expect(
    read(
      schema,
      { day: "2026-11-21", big: "12", flag: "yes", level: 0, tuple: [1, 2], both: { a: 1, b: { env: "B" } } },
      { B: "four" },
    ),
  ).toEqual({
    day: new Date("2026-11-21"),
    big: 12n,
    flag: true,
    level: 1,
    tuple: [1, 2],
    both: { a: 1, b: 4 },
  });
});

describe("secrets", () => {
  const token = secret(z.string().min(4));

  test.each<[string, Schema]>([
    ["chained checks", secret(z.string()).min(3).regex(/./).trim()],
    ["a default", secret(z.string()).default("x")],
    ["optional and nullable", secret(z.string()).nullable().optional()],
    ["a wrapper marked", secret(z.string().optional())],
    ["a brand and a description", secret(z.string()).brand("T").describe("The token")],
    ["a transform", secret(z.string()).transform((text) => text.toUpperCase())],
    ["metadata of zod", z.string().meta({ secret: true }).min(3)],
    ["zod mini", secret(mini.string()).check(mini.minLength(3))],
  ])("stay marked through %s", (_, schema) => {
    const { snapshot } = repositoryOf(schema).jobs.get("j")!;
    const runConfig = { ops: { o: { config: "hunter2" } } };
    expect(redactRunConfig(runConfig, snapshot)).toEqual({ ops: { o: { config: "********" } } });
    expect(secretsOf(schema, "hunter2")).toContain("hunter2");
  });

  test("are found wherever they are, as references, defaults and what transforms make of them", () => {
    const schema = z.object({
      list: secret(z.array(z.string())),
      map: z.record(z.string(), token),
      pin: secret(z.int()),
      loud: secret(z.string()).transform((text) => text.toUpperCase()),
      standard: secret(z.string()).default("fallback"),
      nested: z.object({ deep: token }).default({ deep: "deep default" }),
      either: z.discriminatedUnion("kind", [z.object({ kind: z.literal("key"), key: token })]),
      open: z.string(),
    });
    const config = {
      list: ["in a list"],
      map: { a: { env: "A" } },
      pin: 4711,
      loud: "quiet",
      either: { key: { key: "chosen" } },
      open: "seen",
    };
    expect(secretsOf(schema, config, { A: "from env" })).toEqual(
      expect.arrayContaining(["in a list", "from env", "4711", "quiet", "QUIET", "fallback", "deep default", "chosen"]),
    );
    expect(secretsOf(schema, config, { A: "from env" })).not.toContain("seen");
    const { snapshot } = repositoryOf(schema).jobs.get("j")!;
    expect(JSON.stringify(snapshot)).not.toMatch(/fallback|deep default/);
    expect(redactRunConfig({ ops: { o: { config } } }, snapshot)).toEqual({
      ops: {
        o: {
          config: {
            list: ["********"],
            map: { a: { env: "A" } },
            pin: "********",
            loud: "********",
            either: { key: { key: "********" } },
            open: "seen",
          },
        },
      },
    });
  });

  test("are in no message about wrong config", () => {
    const schema = z.object({
      token,
      list: z.array(token),
      custom: secret(z.string()).refine((text) => text === "", { error: ({ input }) => `refuses ${String(input)}` }),
    });
    const messages = read(schema, { token: ["hunter2"], list: "hunter3", custom: "hunter4" }) as string[];
    expect(messages).toEqual([
      ".token: expected text, or {env: NAME} for an environment variable, got a list",
      ".list: expected a list, got a string",
    ]);
    expect(read(schema, { token: "hunter2", list: [], custom: "hunter4" })).toEqual([".custom: refuses ********"]);
    expect(read(secret(z.int()), { env: "A" }, { A: "hunter5" })).toEqual([
      ': the environment variable "A" does not hold a whole number',
    ]);
  });

  test("as they are shown are refused as values", () => {
    expect(read(token, "********")).toEqual([": holds a secret as it is shown, not as it is; give its value, or {env: NAME}"]);
  });
});

describe("presets", () => {
  const load = op(
    "load",
    { config: z.object({ region: z.string().min(2), limit: z.int().default(10), key: secret(z.string()) }) },
    () => null,
  );
  const store = resource("store", { config: z.object({ url: z.url(), retries: z.int().default(2) }) }, () => null);
  const using = op("using", { resources: { store } }, () => null);

  const resolve = (
    given: unknown,
    env: Record<string, string> = {},
    jobOps: readonly (() => unknown)[] = [],
    resources = [store],
  ) => {
    const one = job("j", () => jobOps.forEach((call) => call()));
    return validateRunConfig(buildRepository(definitions({ jobs: [one], resources })), "j", given, { env });
  };

  test("bring their config along, references included, and ask run config for none", () => {
    const loadEu = configured(load, { region: "eu", key: envVar("KEY") }, { name: "load_eu" });
    const result = resolve({}, { KEY: "k3y" }, [() => loadEu()]);
    expect(result.ok && opConfigAt(result.config, ["load_eu"])).toEqual({ region: "eu", limit: 10, key: "k3y" });
    expect(result.ok && result.secrets).toContain("k3y");
    expect(resolve({ ops: { load_eu: { config: {} } } }, {}, [() => loadEu()])).toMatchObject({
      ok: false,
      errors: [{ reason: "FIELD_NOT_DEFINED" }],
    });
    expect(resolve({}, {}, [() => loadEu()])).toMatchObject({
      errors: [{ message: expect.stringMatching(/^ops\.load_eu\.config: its preset at key: .*"KEY" is not set/) as string }],
    });
  });

  test("may ask for something smaller, and be preset again", () => {
    const loadArea = configured(load, ({ area }) => ({ region: `${area}-1`, key: "k" }), {
      name: "load_area",
      config: z.object({ area: z.string() }),
    });
    const loadNorth = configured(loadArea, { area: "north" }, { name: "load_north" });
    const given = { ops: { load_area: { config: { area: "south" } } } };
    const result = resolve(given, {}, [() => loadArea(), () => loadNorth()]);
    expect(result.ok && opConfigAt(result.config, ["load_area"])).toMatchObject({ region: "south-1" });
    expect(result.ok && opConfigAt(result.config, ["load_north"])).toMatchObject({ region: "north-1" });
    expect(resolve({ ops: { load_area: { config: {} } } }, {}, [() => loadArea()])).toMatchObject({
      errors: [{ message: "ops.load_area.config.area: is missing; it needs text" }],
    });
  });

  test("of resources keep the name under which they are needed", () => {
    const preset = configured(store, { url: "https://a.b" });
    const result = resolve({}, {}, [() => using()], [preset]);
    expect(result.ok && resourceConfigAt(result.config, "store")).toEqual({ url: "https://a.b", retries: 2 });
  });

  test("that do not fit are errors when they are made, at the user's line", () => {
    expect(() => configured(store, { url: "nowhere", retries: 1.5 })).toThrow(
      /^Resource "store": its preset does not fit: url: Invalid URL; retries: .*\(at .*config-input\.test\.ts:\d+/,
    );
    expect(() => configured(load, { region: "eu" }, { name: "x" })).toThrow(/key: /);
    expect(() => configured(load, { regoin: "eu" }, { name: "x" })).toThrow(/regoin: there is no such field; known here: region/);
    expect(() => configured(load, {})).toThrow(/give it a `name`/);
    expect(() => configured(using, {}, { name: "x" })).toThrow(/op "using" takes no config/);
    expect(() => configured(load, (() => ({})) as never, { name: "x" })).toThrow(/give that/);
  });
});
