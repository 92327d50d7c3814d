import fc from "fast-check";
import { expect, test } from "vitest";
import { findCycle, topologicalOrder } from "./index.ts";

/** Graphs of up to 12 things with any dependencies, also on themselves and on things that are not there. */
const anyGraph = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 13 }), { maxLength: 4 }), { maxLength: 12 })
  .map((lists) => new Map(lists.map((list, index) => [String(index), list.map(String)])));

/** Graphs in which things only depend on earlier ones, listed in any order. */
const acyclicGraph = fc
  .array(fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 4 }), { maxLength: 12 })
  .map((lists) => lists.map((list, index) => [String(index), list.filter((one) => one < index).map(String)] as const))
  .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
  .map((entries) => new Map(entries));

test("each thing comes after what it depends on, and each comes once", () => {
  fc.assert(
    fc.property(acyclicGraph, (graph) => {
      const order = topologicalOrder(graph);
      expect([...order].sort()).toEqual([...graph.keys()].sort());
      for (const [id, dependencies] of graph)
        for (const one of dependencies) expect(order.indexOf(one)).toBeLessThan(order.indexOf(id));
      expect(findCycle(graph)).toBeNull();
    }),
  );
});

test("a cycle is found exactly when not everything can be ordered, and is one", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const cycle = findCycle(graph);
      expect(cycle === null).toBe(topologicalOrder(graph).length === graph.size);
      cycle?.forEach((id, index) => expect(graph.get(id)).toContain(cycle[(index + 1) % cycle.length]));
      expect(new Set(cycle).size).toBe(cycle?.length ?? 0);
    }),
  );
});

test("what is free keeps the order of declaration", () => {
  expect(
    topologicalOrder(
      new Map([
        ["b", []],
        ["a", []],
        ["c", ["a"]],
      ]),
    ),
  ).toEqual(["b", "a", "c"]);
});

test("a cycle of 100,000 things and a chain as long are no trouble", () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => String(index));
  const chain = new Map(ids.map((id, index) => [id, index === 0 ? [] : [ids[index - 1]!]]));
  expect(topologicalOrder(chain)).toEqual(ids);
  expect(findCycle(new Map([...chain, ["0", ["99999"]]]))).toHaveLength(100_000);
});
