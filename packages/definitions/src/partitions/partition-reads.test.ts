import { dailyPartitions, timeWindowMapping } from "@dagwright/partitions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type AnyAsset,
  asset,
  assetDep,
  assetIn,
  assetSpec,
  buildRepository,
  definitions,
  graphAsset,
  graphMultiAsset,
  multiAsset,
  type MultiAssetDefinition,
  op,
  opIn,
  selfIn,
  toLocationSnapshot,
} from "../index.ts";

const partitions = dailyPartitions({ startDate: "2026-01-01" });
const number = z.number();
const of = (startOffset: number, endOffset: number) => timeWindowMapping({ startOffset, endOffset });
const yesterday = of(-1, -1);
const next = op("next", { ins: { x: opIn(number.nullable()) }, out: number }, ({ x }) => (x ?? 0) + 1);

/** Of each asset what it depends on, with the offsets where a mapping says so: `a: a[-1..-1], b`. */
function readsOf(...assets: readonly (AnyAsset | MultiAssetDefinition)[]): readonly string[] {
  return toLocationSnapshot(buildRepository(definitions({ assets }))).assets.map(
    ({ key, dependencies, partitionMappings = [] }) => {
      const reads = dependencies.map((dependency) => {
        const mapping = partitionMappings.find(({ upstream }) => upstream.join() === dependency.join())?.mapping;
        return mapping?.kind === "timeWindow"
          ? `${dependency.join()}[${mapping.startOffset}..${mapping.endOffset}]`
          : dependency.join();
      });
      return `${key.join()}: ${reads.join(", ")}`;
    },
  );
}

describe("what of assets that are made together each is made from", () => {
  const ins = {
    a_before: selfIn(number, { asset: "a", partitionMapping: yesterday }),
    b_before: selfIn(number, { asset: "b", partitionMapping: of(-7, -1), byPartition: true }),
  };

  test("its own earlier partitions, and not those of the others", () => {
    const both = multiAsset("both", { partitions, outs: { a: number, b: number }, ins }, () => ({ a: 1, b: 2 }));
    expect(readsOf(both)).toEqual(["a: a[-1..-1]", "b: b[-7..-1]"]);
    const graph = graphMultiAsset("graph", { partitions, outs: { a: {}, b: {} }, ins: { a_before: ins.a_before } }, (wires) => {
      const a = next({ x: wires.a_before });
      return { a, b: next({ x: a }) };
    });
    expect(readsOf(graph)).toEqual(["a: a[-1..-1]", "b: "]);
  });

  test("what its `deps` name: another one in the same partition, or in earlier ones", () => {
    const raw = asset("raw", { partitions }, () => 1);
    const both = multiAsset(
      "both",
      {
        partitions,
        ins: { a_before: ins.a_before, raw },
        outs: {
          a: { schema: number, deps: ["a", raw] },
          b: { schema: number, deps: ["a"] },
          c: { schema: number, deps: [assetDep("a", { partitionMapping: of(-3, -2) })] },
        },
      },
      () => ({ a: 1, b: 2, c: 3 }),
    );
    expect(readsOf(raw, both)).toEqual(["a: a[-1..-1], raw", "b: a", "c: a[-3..-2]", "raw: "]);
    const kept = multiAsset(
      "kept",
      {
        partitions,
        specs: [assetSpec("d", { deps: [assetDep("d", { partitionMapping: yesterday })] }), assetSpec("e", { deps: ["d"] })],
      },
      () => {},
    );
    expect(readsOf(kept)).toEqual(["d: d[-1..-1]", "e: d"]);
  });
});

test("an asset that is read in two ways is read at least in both", () => {
  const raw = asset("raw", { partitions, out: number }, () => 1);
  const change = asset(
    "change",
    { partitions, ins: { now: raw, before: assetIn(raw, { partitionMapping: yesterday, byPartition: false }) } },
    ({ now, before }) => now - before,
  );
  expect(readsOf(raw, change)).toEqual(["change: raw[-1..0]", "raw: "]);
});

const selfMulti = (options: Record<string, unknown>) => () =>
  multiAsset("both", { partitions, outs: { a: number, b: number }, ins: { before: selfIn(number, options as never) } }, () => ({
    a: 1,
    b: 2,
  }));
const load = (one: AnyAsset | MultiAssetDefinition) => buildRepository(definitions({ assets: [one] }));

test.each<[string, () => unknown, RegExp]>([
  [
    "one that does not say of which of several",
    selfMulti({ partitionMapping: yesterday }),
    /input "before" is a selfIn\(…\) that does not say of which of its assets; name one as `asset`: "a", "b"/,
  ],
  [
    "one of what is made elsewhere",
    selfMulti({ asset: "c", partitionMapping: yesterday }),
    /input "before" is a selfIn\(…\) of "c", which it does not make; it makes "a", "b"/,
  ],
  [
    "one of another asset than the only one",
    () => asset("a", { partitions, ins: { before: selfIn(number, { asset: "b", partitionMapping: yesterday }) } }, () => 1),
    /a selfIn\(…\) of "b", which it does not make; it makes "a"/,
  ],
  [
    "one that includes the partition that is being made",
    () => load(selfMulti({ asset: "a", partitionMapping: of(-1, 0) })()),
    /Asset "a" needs itself.*negative `startOffset` and a negative `endOffset`/,
  ],
  [
    "partitions that are still to be made of what the same step makes",
    () =>
      load(
        multiAsset(
          "both",
          { partitions, specs: [assetSpec("a"), assetSpec("b", { deps: [assetDep("a", { partitionMapping: of(-1, 1) })] })] },
          () => {},
        ),
      ),
    /Asset "b" needs other partitions of "a", which is made in the same step/,
  ],
  [
    "an input that none of the assets is made from",
    () =>
      multiAsset(
        "both",
        {
          partitions,
          outs: { a: { deps: [] }, b: { deps: ["a"] } },
          ins: { before: selfIn(number, { asset: "a", partitionMapping: yesterday }) },
        },
        () => ({ a: 1, b: 2 }),
      ),
    /input "before" is among the `deps` of none of its assets; add "a" to those of each that is made from it/,
  ],
  [
    "what is made here as an input",
    () => multiAsset("both", { outs: { a: number, b: number }, ins: { x: assetSpec("a") } }, () => ({ a: 1, b: 2 })),
    /input "x" is the asset "a", which it makes itself; earlier partitions of that are read with selfIn\(…\)/,
  ],
  [
    "an input manager for a graph's input",
    () =>
      graphAsset("a", { ins: { x: assetIn(assetSpec("up"), { inputManagerKey: "other" }) } }, ({ x }) => next({ x: x as never })),
    /input "x" has an `inputManagerKey`.*opIn\(schema, \{inputManagerKey\}\)/,
  ],
  [
    "a spec that follows itself",
    () => assetSpec("a", { deps: ["a"] }),
    /names itself in `deps`; of itself it can follow earlier partitions: assetDep\(key, \{partitionMapping\}\)/,
  ],
])("refuses %s", (_, declare, message) => {
  expect(declare).toThrow(message);
});
