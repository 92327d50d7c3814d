import type { GraphSnapshot, InputSource, JobSnapshot, OpSnapshot } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { OpSelectionError } from "./errors.ts";
import { parseOpQuery, resolveOpSelection } from "./op-selection.ts";

const any = { name: "Any", description: null };
const plain = { description: null, type: any, metadata: {}, ioManagerKey: "io_manager" };
const op = (name: string, isDynamic = false): OpSnapshot => ({
  name,
  description: null,
  tags: {},
  ins: [{ name: "n", description: null, type: any, metadata: {}, hasDefault: false }],
  outs: [{ ...plain, name: "result", isRequired: true, isDynamic }],
  configType: null,
  requiredResourceKeys: [],
  pool: null,
  retryPolicy: null,
});
/** Nodes of the op `one`, or of a graph, with what they read from. */
const node = (name: string, from: readonly string[] = [], definition = "one") => ({
  name,
  definition,
  isGraph: definition === "inner",
  tags: {},
  inputs: [
    {
      input: "n",
      isFanIn: from.length > 1,
      sources: from.map((each): InputSource => ({ kind: "output", node: each, output: "result" })),
    },
  ],
});
const graph = (name: string, nodes: GraphSnapshot["nodes"], rest: Partial<GraphSnapshot> = {}): GraphSnapshot => ({
  name,
  description: null,
  tags: {},
  ins: [],
  outs: [],
  nodes,
  ...rest,
});
const inner = graph(
  "inner",
  [{ ...node("x"), inputs: [{ input: "n", isFanIn: false, sources: [{ kind: "graphInput", input: "n" }] }] }, node("y", ["x"])],
  {
    ins: [{ name: "n", description: null, type: any, metadata: {}, hasDefault: false }],
    outs: [{ ...plain, name: "result", isRequired: true, isDynamic: false, source: { node: "y", output: "result" } }],
  },
);
const job = (nodes: GraphSnapshot["nodes"]): JobSnapshot => ({
  name: "j",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: "root",
  graphs: [graph("root", nodes), inner],
  ops: [op("one"), op("parts", true)],
  assets: [],
  executor: { name: "in_process", options: {} },
  resources: [],
  configTypes: [],
  runConfigType: "Any",
});
/** a → b → c → d → e, a → side → e */
const line = job([
  node("a"),
  node("b", ["a"]),
  node("side", ["a"]),
  node("c", ["b"]),
  node("d", ["c"]),
  node("e", ["d", "side"]),
]);

describe("parseOpQuery", () => {
  it.each([
    ["a", 0, 0],
    [" a ", 0, 0],
    ["*a", Infinity, 0],
    ["a*", 0, Infinity],
    ["*a*", Infinity, Infinity],
    ["+a", 1, 0],
    ["++a", 2, 0],
    ["a+++", 0, 3],
    ["2+a", 2, 0],
    ["a+2", 0, 2],
    ["1+a*", 1, Infinity],
  ])("%s", (query, above, below) => {
    expect(parseOpQuery(query)).toEqual({ above, name: "a", below });
  });
  it.each(["", "*", "+", "a b", "a,b", "a-b", "2a+-"])("refuses %j", (query) => {
    expect(() => parseOpQuery(query)).toThrow(OpSelectionError);
  });
});

describe("resolveOpSelection", () => {
  it.each([
    [["c"], ["c"]],
    [["*c"], ["a", "b", "c"]],
    [["c*"], ["c", "d", "e"]],
    [["+c+"], ["b", "c", "d"]],
    [["++e"], ["a", "side", "c", "d", "e"]],
    [["a++"], ["a", "b", "side", "c", "e"]],
    [["2+d"], ["b", "c", "d"]],
    [["b+2"], ["b", "c", "d"]],
    [
      ["d", "a"],
      ["a", "d"],
    ],
    [
      ["*side", "side*"],
      ["a", "side", "e"],
    ],
    [["9+e"], ["a", "b", "side", "c", "d", "e"]],
  ])("%j selects %j", (queries, expected) => {
    expect(resolveOpSelection(line, queries).toSorted()).toEqual(expected.toSorted());
  });

  it("gives the plan's order, each step once, whatever the order of the queries", () => {
    const selected = resolveOpSelection(line, ["e", "*b", "a+"]);
    expect(selected).toEqual(resolveOpSelection(line, ["a+", "*b", "e"]));
    expect(new Set(selected).size).toBe(selected.length);
  });

  it("takes a graph for all within it and for one level, and a path for one step", () => {
    const nested = job([node("a"), node("g", ["a"], "inner"), node("b", ["g"])]);
    expect(resolveOpSelection(nested, ["g"])).toEqual(["g.x", "g.y"]);
    expect(resolveOpSelection(nested, ["+b"])).toEqual(["g.x", "g.y", "b"]);
    expect(resolveOpSelection(nested, ["a++"])).toEqual(["a", "g.x", "g.y", "b"]);
    expect(resolveOpSelection(nested, ["g.y"])).toEqual(["g.y"]);
    expect(resolveOpSelection(nested, ["+g.y"])).toEqual(["g.x", "g.y"]);
    expect(() => resolveOpSelection(nested, ["x"])).toThrow("matches no op of the job");
  });

  it("selects mapped steps as the one that stands for all, with and without brackets", () => {
    const mapped = job([node("p", [], "parts"), node("m", ["p"]), node("after", ["m"])]);
    for (const query of ["m", "m[?]", "m[k]"]) expect(resolveOpSelection(mapped, [query])).toEqual(["m[?]"]);
    expect(resolveOpSelection(mapped, ["p*"])).toEqual(["p", "m[?]", "after[?]"]);
  });

  it("names the query that matches nothing", () => {
    expect(() => resolveOpSelection(line, ["a", "*nothing"])).toThrow(/\*nothing/);
  });

  it("walks 60 levels of diamonds and a chain of 2,000 without walking each path", () => {
    const diamonds = [node("n0")];
    for (let at = 1; at < 60; at += 1)
      diamonds.push(node(`l${at}`, [`n${at - 1}`]), node(`r${at}`, [`n${at - 1}`]), node(`n${at}`, [`l${at}`, `r${at}`]));
    expect(resolveOpSelection(job(diamonds), ["*n59"])).toHaveLength(1 + 59 * 3);
    const chain = Array.from({ length: 2_000 }, (_, at) => node(`c${at}`, at === 0 ? [] : [`c${at - 1}`]));
    expect(resolveOpSelection(job(chain), ["c0*"])).toHaveLength(2_000);
  });
});
