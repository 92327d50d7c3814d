import { buildSchema, execute, type GraphQLSchema, parse } from "graphql";
import { expect, test } from "vitest";

import type { GraphContext } from "../graphql/context.ts";
import { defaultQueryLimits } from "../http/query-limits.ts";
import { JsonItems } from "./json-items.ts";
import { Gathering } from "./gathering.ts";
import { KnownQueries } from "./known-queries.ts";

const schema = buildSchema(`
  type Query { zoo(limit: Int = 2, kinds: [Kind!]): Zoo, fails: Int, never: Int!, broken: Broken }
  type Zoo { name: String!, animals: [Animal!]!, grid: [[Int]], named(name: ID): Being, weight: Float, isOpen: Boolean, any: Any }
  type Broken { value: Int }
  enum Kind { CAT DOG }
  scalar Any
  interface Animal { id: ID!, kind: Kind }
  type Cat implements Animal { id: ID!, kind: Kind, lives: Int }
  type Dog implements Animal { id: ID!, kind: Kind, friends: [Animal] }
  union Being = Cat | Dog
`);

const awkward = `"quoted" \\ back\u2028\n\ud800 tail \u{1f600}`;
const cat = (id: string) => ({ __typename: "Cat", id, kind: "CAT", lives: () => Promise.resolve(9) });
const dog = (id: string) => ({
  __typename: "Dog",
  id,
  kind: () => "DOG",
  friends: [cat(`${id}'s`), Promise.resolve(null), null],
});
const root = {
  zoo: ({ limit, kinds }: { limit: number; kinds?: string[] }) => ({
    name: awkward,
    animals: [cat("1"), Promise.resolve(dog("2")), dog("3")].slice(0, limit),
    grid: [[1, null, -0], new Set([2]), Promise.resolve([])],
    named: ({ name }: { name?: string }) => (name === undefined ? null : Promise.resolve(dog(name))),
    weight: 1e21,
    isOpen: kinds === undefined,
    any: new JsonItems(() => [1, "a", { b: [null] }].values()),
  }),
  fails: () => Promise.reject(new Error("broken")),
  never: null,
  broken: new Error("given"),
};

const context = () => ({ gathering: new Gathering(), signal: new AbortController().signal }) as GraphContext;
const queries = new KnownQueries(schema, defaultQueryLimits);

async function write(query: string, variables: Readonly<Record<string, unknown>> = {}, name: string | null = null) {
  const { text, isFromMemory } = await queries.read(query).operation(name)!.write(root, variables, context());
  return { data: JSON.parse(text.toBody("", "").toString()) as unknown, isFromMemory };
}

const byReference = async (query: string, variables: Readonly<Record<string, unknown>> = {}, operationName?: string) =>
  execute({ schema: schema as GraphQLSchema, document: parse(query), rootValue: root, variableValues: variables, operationName });

const everything = `
  query Everything($limit: Int, $withGrid: Boolean = true, $kinds: [Kind!]) {
    a: zoo(limit: $limit, kinds: $kinds) {
      __typename name weight isOpen any again: name
      grid @include(if: $withGrid)
      nothing: named { __typename }
      ...Animals
      animals { ... on Dog { friends { __typename id ... on Cat { lives } } } }
      named(name: "x") @skip(if: $withGrid) { ... on Animal { kind } ... on Cat { lives } }
    }
    zoo { name ... on Zoo { named(name: "y") { __typename } } }
  }
  fragment Animals on Zoo { animals { id ...Kind ... on Cat { lives kind } } }
  fragment Kind on Animal { __typename kind }`;

test("answers are those of GraphQL's own implementation", async () => {
  for (const variables of [{}, { limit: 3, withGrid: false }, { limit: 0, kinds: "CAT" }, { kinds: ["DOG", "CAT"] }]) {
    const { data, errors } = await byReference(everything, variables);
    expect(errors).toBeUndefined();
    expect(await write(everything, variables)).toEqual({ data: JSON.parse(JSON.stringify(data)), isFromMemory: false });
  }
});

test("of several operations the one that is named is carried out, each time", async () => {
  const both = `query A { zoo { weight } } query B { zoo { isOpen } }`;
  for (let round = 0; round < 3; round += 1) {
    expect(await write(both, {}, "A")).toEqual({ data: { zoo: { weight: 1e21 } }, isFromMemory: true });
    expect(await write(both, {}, "B")).toEqual({ data: { zoo: { isOpen: true } }, isFromMemory: true });
  }
  expect([queries.read(both).operation(null), queries.read(both).operation("C")]).toEqual([null, null]);
});

test("an answer that has an error anywhere is not written", async () => {
  await expect(write(`{ fails }`)).rejects.toThrow("broken");
  await expect(write(`{ broken { value } }`)).rejects.toThrow("given");
  await expect(write(`{ never }`)).rejects.toThrow("never null");
  await expect(write(`query ($limit: Int) { zoo(limit: $limit) { name } }`, { limit: "x" })).rejects.toThrow("variable");
  // What a schema tells of itself is left to the reference, too.
  await expect(write(`{ __schema { types { name } } }`)).rejects.toThrow("__schema");
});

test("a large answer is worked at in many turns of the event loop, and what it needs is fetched for all of it at once", async () => {
  const fetched: number[] = [];
  const { gathering } = context();
  let asked: (() => void)[] = [];
  const load = (): Promise<number> => {
    if (asked.length === 0) {
      gathering.fetchWhenGathered(() => {
        fetched.push(asked.length);
        for (const answer of asked) answer();
        asked = [];
      });
    }
    return new Promise((resolve) => asked.push(() => resolve(9)));
  };
  const pause = () => {
    for (const until = performance.now() + 0.05; performance.now() < until;);
  };
  const animals = function* () {
    for (let index = 0; index < 4_000; index += 1) {
      pause();
      yield { __typename: "Cat", id: String(index), lives: load };
    }
  };
  let turns = 0;
  const counting = setInterval(() => (turns += 1));
  const operation = queries.read(`{ zoo { animals { id ... on Cat { lives } } } }`).operation(null)!;
  const { text } = await operation.write({ zoo: { animals: animals() } }, {}, { ...context(), gathering });
  clearInterval(counting);
  const { zoo } = JSON.parse(text.toBody("", "").toString()) as { zoo: { animals: { id: string; lives: number }[] } };
  expect([zoo.animals.length, zoo.animals[3_999], fetched]).toEqual([4_000, { id: "3999", lives: 9 }, [4_000]]);
  // 200 ms of work at least, 10 in each turn; a busy machine needs more of them.
  expect(turns).toBeGreaterThan(10);
});
