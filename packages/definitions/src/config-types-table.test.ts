import { readFileSync, writeFileSync } from "node:fs";
import type { ConfigTypeSnapshot } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";
import { configTypeOf } from "./config-schema.ts";
import { ConfigTypes } from "./config-types.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { UnsupportedConfigSchemaError } from "./errors.ts";
import type { Schema } from "./schema.ts";
import { secret } from "./secret.ts";

/** Kinds by zod's own names: the compiler asks for those that a new version adds. */
type Kind = z.core.$ZodTypeDef["type"];
type Rows = Readonly<Record<string, Schema>>;

const cat = z.object({ kind: z.literal("cat"), lives: z.int() });
const dog = z.object({ kind: z.literal("dog"), name: z.string().optional() });
const tree: Schema = z.object({
  get children() {
    return z.array(tree as z.ZodType);
  },
});

const byKind: Readonly<Record<Kind, Rows>> = {
  string: {
    "z.string()": z.string(),
    "z.email()": z.email(),
    "z.iso.date()": z.iso.date(),
    "z.coerce.string()": z.coerce.string(),
  },
  number: {
    "z.number()": z.number(),
    "z.int()": z.int(),
    "z.number().int()": z.number().int(),
    "z.coerce.number()": z.coerce.number(),
  },
  int: {},
  boolean: { "z.boolean()": z.boolean() },
  bigint: { "z.bigint()": z.bigint(), "z.coerce.bigint()": z.coerce.bigint() },
  symbol: { "z.symbol()": z.symbol() },
  null: { "z.null()": z.null() },
  undefined: { "z.undefined()": z.undefined() },
  void: { "z.void()": z.void() },
  never: { "z.never()": z.never() },
  any: { "z.any()": z.any() },
  unknown: { "z.unknown()": z.unknown() },
  date: { "z.date()": z.date(), "z.coerce.date()": z.coerce.date() },
  object: {
    'z.object({ a: z.int(), b: z.string().default("x") })': z.object({ a: z.int(), b: z.string().default("x") }),
    "z.looseObject({ a: z.int() })": z.looseObject({ a: z.int() }),
    "z.strictObject({ a: z.int() })": z.strictObject({ a: z.int() }),
  },
  record: {
    "z.record(z.string(), z.int())": z.record(z.string(), z.int()),
    "z.record(z.int(), z.string())": z.record(z.int(), z.string()),
    'z.partialRecord(z.enum(["a", "b"]), z.int())': z.partialRecord(z.enum(["a", "b"]), z.int()),
  },
  file: { "z.file()": z.file() },
  array: { "z.array(z.int())": z.array(z.int()) },
  tuple: {
    "z.tuple([z.int(), z.int()])": z.tuple([z.int(), z.int()]),
    "z.tuple([z.int()], z.int())": z.tuple([z.int()], z.int()),
    "z.tuple([z.int(), z.string()])": z.tuple([z.int(), z.string()]),
  },
  union: {
    "z.union([z.string(), z.null()])": z.union([z.string(), z.null()]),
    'z.union([z.literal("a"), z.literal("b")])': z.union([z.literal("a"), z.literal("b")]),
    "z.union([z.int(), z.number()])": z.union([z.int(), z.number()]),
    "z.union([z.string(), z.array(z.string())])": z.union([z.string(), z.array(z.string())]),
    'z.discriminatedUnion("kind", [cat, dog])': z.discriminatedUnion("kind", [cat, dog]),
    "z.union([z.string(), z.int()])": z.union([z.string(), z.int()]),
    "z.union([cat, dog])": z.union([cat, dog]),
  },
  intersection: {
    "z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() }))": z.intersection(
      z.object({ a: z.int() }),
      z.object({ b: z.int() }),
    ),
    "z.intersection(z.string(), z.int())": z.intersection(z.string(), z.int()),
  },
  map: { "z.map(z.string(), z.int())": z.map(z.string(), z.int()) },
  set: { "z.set(z.int())": z.set(z.int()) },
  enum: { 'z.enum(["a", "b"])': z.enum(["a", "b"]), "z.enum({ One: 1, Two: 2 })": z.enum({ One: 1, Two: 2 }) },
  literal: {
    'z.literal("a")': z.literal("a"),
    "z.literal(3)": z.literal(3),
    "z.literal(true)": z.literal(true),
    'z.literal(["a", 1])': z.literal(["a", 1]),
  },
  nullable: { "z.string().nullable()": z.string().nullable(), "z.string().nullish()": z.string().nullish() },
  optional: { "z.string().optional()": z.string().optional() },
  nonoptional: { "z.string().optional().nonoptional()": z.string().optional().nonoptional() },
  success: { "z.success(z.string())": z.success(z.string()) },
  transform: { "z.transform(Number)": z.transform(Number) },
  default: { "z.int().default(5)": z.int().default(5) },
  prefault: { "z.int().prefault(5)": z.int().prefault(5) },
  catch: { "z.int().min(1).catch(1)": z.int().min(1).catch(1) },
  nan: { "z.nan()": z.nan() },
  pipe: {
    "z.string().transform(Number)": z.string().transform(Number),
    "z.stringbool()": z.stringbool(),
    "z.codec(z.iso.date(), z.date(), …)": z.codec(z.iso.date(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString().slice(0, 10),
    }),
    "z.preprocess(trim, z.string())": z.preprocess(String, z.string()),
  },
  readonly: { "z.array(z.int()).readonly()": z.array(z.int()).readonly() },
  template_literal: { 'z.templateLiteral(["v", z.int()])': z.templateLiteral(["v", z.int()]) },
  promise: { "z.promise(z.int())": z.promise(z.int()) },
  lazy: { "z.lazy(() => z.int())": z.lazy(() => z.int()), "z.json()": z.json(), "an object that contains itself": tree },
  function: { "z.function()": z.function() as unknown as Schema },
  custom: { "z.custom(isCat)": z.custom(() => true), "z.instanceof(Date)": z.instanceof(Date) },
};

/** What is chained to a schema or put around it without a kind of its own. */
const others: Rows = {
  "z.string().refine(isKnown)": z.string().refine(() => true),
  "z.string().min(3).regex(/a/)": z.string().min(3).regex(/a/),
  'z.string().brand("Id")': z.string().brand("Id"),
  "z.string().trim()": z.string().trim(),
  'z.object({ a: z.int() }).describe("…")': z.object({ a: z.int() }).describe("…"),
  "secret(z.string())": secret(z.string()),
  "z.string().meta({ secret: true })": z.string().meta({ secret: true }),
  "secret(z.array(z.string()))": secret(z.array(z.string())),
  "secret(z.boolean())": secret(z.boolean()),
};

const site: DefinitionSite = { file: "definitions.ts", line: 1, column: 1, toString: () => "definitions.ts:1" } as DefinitionSite;

/** A type as the table shows it; a refusal with its reason. */
function shown(schema: Schema): string {
  const types = new ConfigTypes();
  try {
    const key = configTypeOf(schema, { label: 'op "o"', site }, types);
    const all = new Map(types.list().map((type) => [type.key, type]));
    return `\`${write(all.get(key)!, all)}\``;
  } catch (error) {
    if (!(error instanceof UnsupportedConfigSchemaError)) throw error;
    const reason = error.message.replace(/^Op "o": its config schema /, "").replace(/ \(at definitions\.ts:1\)$/, "");
    return `refused: ${reason}`;
  }
}

function write(type: ConfigTypeSnapshot, all: ReadonlyMap<string, ConfigTypeSnapshot>): string {
  const of = (key: string): string => write(all.get(key)!, all);
  switch (type.kind) {
    case "scalar":
    case "any":
      return type.key;
    case "noneable":
      return `Noneable(${of(type.inner)})`;
    case "array":
      return `[${of(type.inner)}]`;
    case "map":
      return `{[${of(type.keyType)}]: ${of(type.valueType)}}`;
    case "enum":
      return `Enum(${type.values.map(({ value }) => value).join(", ")})`;
    case "scalarUnion":
      return type.isSource === true
        ? type.key.replace("SourceType", "Source")
        : `${of(type.scalarType)} or ${of(type.nonScalarType)}`;
    case "shape":
    case "permissive":
    case "selector": {
      const fields = type.fields.map(
        ({ name, type: inner, isRequired, defaultValue }) =>
          `${name}${isRequired ? "" : "?"}: ${of(inner)}${defaultValue === undefined ? "" : ` = ${JSON.stringify(defaultValue)}`}`,
      );
      const body = `{${[...fields, ...(type.kind === "permissive" ? ["…"] : [])].join(", ")}}`;
      return type.kind === "selector" ? `Selector(${body})` : body;
    }
  }
}

const row = (kind: string, code: string, schema: Schema): string =>
  `| ${kind} | \`${code}\` | ${shown(schema).replaceAll("|", "\\|")} |`;

test("docs/reference/config-types.md says what every kind of zod schema becomes", () => {
  const rows = Object.entries(byKind).flatMap(([kind, examples]) =>
    Object.entries(examples).map(([code, schema]) => row(kind, code, schema)),
  );
  const more = Object.entries(others).map(([code, schema]) => row("", code, schema));
  const table = ["| kind | schema | config type |", "| --- | --- | --- |", ...rows, ...more].join("\n");
  const file = new URL("../../../docs/reference/config-types.md", import.meta.url);
  const text = readFileSync(file, "utf8");
  const [before, , after] = text.split(/<!-- (?:table|end) -->\n/);
  const wanted = `${before}<!-- table -->\n${table}\n<!-- end -->\n${after}`;
  // To take over what has changed: UPDATE_DOCS=1 vitest run config-types-table
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, wanted);
  else expect(text).toBe(wanted);
});

test("only z.any() and z.unknown() are of the type Any", () => {
  const all = [...Object.entries(byKind), ["other", others] as const];
  const any = all.flatMap(([kind, examples]) =>
    Object.values(examples)
      .filter((schema) => shown(schema) === "`Any`")
      .map(() => kind),
  );
  expect(any).toEqual(["any", "unknown"]);
});
