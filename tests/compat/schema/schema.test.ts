import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, type GraphQLSchema } from "graphql";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { exclusions } from "./exclusions.ts";

const sources = join(import.meta.dirname, "../../../services/webserver/src/graphql");

const ownSchema = (): GraphQLSchema =>
  buildSchema(
    globSync("**/*.graphql", { cwd: sources })
      .map((path) => readFileSync(join(sources, path), "utf8"))
      .join("\n"),
  );

describeWithEngine("python", "the GraphQL schema beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("every type, field, argument, value and member of Dagster's is there, but for what is listed", () => {
    const program = "from dagster_graphql.schema import create_schema; print(create_schema())";
    const theirs = execFileSync(DAGSTER_PYTHON, ["-c", program], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });
    const differences = compareSchemas(buildSchema(theirs), ownSchema());
    const found = new Set(differences.map(({ path }) => path));
    const listed = new Set(Object.keys(exclusions));
    expect(differences.filter(({ path }) => !listed.has(path))).toEqual([]);
    expect([...listed].filter((path) => !found.has(path))).toEqual([]);
  });
});

test("a difference is told where their clients would meet it, and only there", () => {
  const theirs = buildSchema(`
    type Query { same: String, gone: Int, less: Int!, more: Int, list: [Int!]!, call(a: Int, b: Int!): Int, kind: Kind, one: One, both: Both }
    enum Kind { A B } type One { id: ID! } type Two { id: ID! } union Both = One | Two interface Named { name: String } type Person implements Named { name: String }
    input Filter { a: Int, b: Int! } scalar Date`);
  const ours = buildSchema(`
    type Query { same: String, less: Int, more: Int!, list: [Int]!, call(a: Int!, c: Int!): Int, kind: Kind, one: One, both: Both, own: Int }
    enum Kind { A } type One { id: ID! } type Two { id: ID! } union Both = One interface Named { name: String } type Person { name: String }
    input Filter { a: Int!, b: Int, c: Int! } enum Date { X }`);
  expect(compareSchemas(theirs, ours).map(({ path, problem }) => `${path} ${problem}`)).toEqual([
    "Query.gone is missing",
    "Query.less is Int and not Int!",
    "Query.list is [Int]! and not [Int!]!",
    "Query.call(a) takes Int! and not Int",
    "Query.call(b) is missing",
    "Query.call(c) has to be given, and their clients do not know it",
    "Kind.B is missing",
    "Both | Two is missing",
    "Person & Named is missing",
    "Filter.a takes Int! and not Int",
    "Filter.c has to be given, and their clients do not know it",
    "Date is Enum and not Scalar",
  ]);
});
