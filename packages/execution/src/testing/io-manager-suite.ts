import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type AssetKey, runId, stepKey } from "@dagwright/model";
import { ValueNotFoundError } from "../errors.ts";
import { ioPartition, ioPartitions } from "../io/io-partition.ts";
import { loadPartitions } from "../io/load-partitions.ts";
import type { InputContext, IoManager, OutputContext, ValueAddress } from "../io/io-manager.ts";

/** One thing that every I/O manager promises. */
export interface IoManagerPromise {
  readonly title: string;
  /** Rejects when the promise is broken. */
  readonly check: (manager: IoManager) => Promise<void>;
}

const someRun = runId("018f0000-0000-7000-8000-000000000001");
const otherRun = runId("018f0000-0000-7000-8000-000000000002");

const at = (address: Partial<ValueAddress> = {}): ValueAddress => ({
  runId: someRun,
  stepKey: stepKey("a_step"),
  outputName: "result",
  assetKey: null,
  partition: null,
  ...address,
});

const context = (address: ValueAddress) => ({
  address,
  jobName: "a_job",
  signal: new AbortController().signal,
  partition: ioPartition(null, address.partition),
  definitionMetadata: {},
  addMetadata: () => {},
});

async function store(manager: IoManager, address: ValueAddress, value: unknown): Promise<void> {
  const output: OutputContext = { ...context(address), outputName: address.outputName };
  await manager.handleOutput(output, value);
}

async function load(manager: IoManager, address: ValueAddress): Promise<unknown> {
  const input: InputContext = { ...context(address), stepKey: stepKey("reader"), inputName: "value" };
  return await manager.loadInput(input);
}

/** The values that a suite stores, for managers that keep values of one kind only. */
export interface IoManagerValues {
  /** Something that a number, or a text, tells apart. */
  readonly value: (mark: number | string) => unknown;
  /** Something of every type that is kept. */
  readonly typed: () => unknown;
  /** Several megabytes. */
  readonly large: () => unknown;
}

const anyValue: IoManagerValues = {
  value: (mark) => mark,
  typed: () => ({
    list: [1, -0, Number.NaN, null, undefined, "😀\0"],
    at: new Date(5),
    map: new Map<unknown, unknown>([["k", new Set([1n, 2n ** 80n])]]),
    floats: Float64Array.of(0.1, -0),
    buffer: Buffer.from([0, 255]),
  }),
  large: () => ({
    rows: Array.from({ length: 50_000 }, (_, id) => ({ id, text: `row ${id}` })),
    bytes: new Uint8Array(3_000_000).fill(7),
  }),
};

/** For managers that keep values of any kind: {@link ioManagerSuiteOf} of them, and that `undefined` is one. */
const nothingIsAValue: IoManagerPromise = {
  title: "keeps undefined as a value",
  async check(manager) {
    await store(manager, at({ outputName: "nothing" }), undefined);
    assert.equal(await load(manager, at({ outputName: "nothing" })), undefined);
  },
};

/**
 * What every I/O manager promises, for any test runner:
 *
 *     for (const { title, check } of ioManagerSuite) it(title, () => check(openMine()));
 *
 * Each check wants an empty manager.
 *
 * @param values - what the manager can keep
 */
export const ioManagerSuiteOf = ({ value, typed, large }: IoManagerValues): readonly IoManagerPromise[] => [
  {
    title: "gives back what was stored, with its types",
    async check(manager) {
      await store(manager, at(), typed());
      assert.deepStrictEqual(await load(manager, at()), typed());
    },
  },
  {
    title: "gives back large values",
    async check(manager) {
      await store(manager, at(), large());
      // Not deepStrictEqual: describing how such values differ takes gigabytes.
      assert.ok(isDeepStrictEqual(await load(manager, at()), large()), "A large value came back as another one");
    },
  },
  {
    title: "keeps outputs of different runs, steps, names and mapping keys apart",
    async check(manager) {
      const long = "n".repeat(300);
      const endings = [".value", ".json", ".parquet", ".arrow"].map((ending) => `result${ending}`);
      const names = ["result", ...endings, "x/../../result", "..", "é", "%C3%A9", `${long}1`, `${long}2`];
      const addresses = [
        ...names.map((outputName) => at({ outputName })),
        ...["a_step.result", "A_step", "outer.a_step"].map((key) => at({ stepKey: stepKey(key) })),
        at({ runId: otherRun }),
        at({ mappingKey: "a" }),
        at({ mappingKey: "b" }),
      ];
      for (const [index, address] of addresses.entries()) await store(manager, address, value(index));
      for (const [index, address] of addresses.entries()) assert.deepEqual(await load(manager, address), value(index));
    },
  },
  {
    title: "keeps assets by key and partition, whatever run made them, and gives the newest",
    async check(manager) {
      const keys = [
        ["a"],
        ["a", "b"],
        ["a/b"],
        ["a.value"],
        ["a", "b.value"],
        ["a.json", "b"],
        ["a.partitions", "p"],
        ["..", "etc"],
        [""],
        ["数", "😀"],
        [" ."],
        ["it's", 'a "quote"'],
      ];
      const partitions = ["p", "2026-01-01/x", "it's", "a|b", "a", "b"];
      const addresses = [
        ...keys.map((assetKey) => at({ assetKey })),
        ...partitions.map((partition) => at({ assetKey: ["parts"], partition })),
        ...partitions.map((partition) => at({ assetKey: ["more", "parts"], partition })),
      ];
      for (const [index, address] of addresses.entries()) await store(manager, address, value(index));
      const elsewhere = { runId: otherRun, stepKey: stepKey("else"), outputName: "other" };
      for (const [index, address] of addresses.entries())
        assert.deepEqual(await load(manager, { ...address, ...elsewhere }), value(index));
      await store(manager, at({ assetKey: ["a"], runId: otherRun }), value("newer"));
      assert.deepEqual(await load(manager, at({ assetKey: ["a"] })), value("newer"));
    },
  },
  {
    title: "replaces a partition and leaves the others as they are",
    async check(manager) {
      const day = (partition: string): ValueAddress => at({ assetKey: ["daily"], partition });
      await store(manager, day("2026-01-01"), value("first"));
      await store(manager, day("2026-01-02"), value("second"));
      await store(manager, day("2026-01-01"), value("first again"));
      assert.deepEqual(await load(manager, day("2026-01-01")), value("first again"));
      assert.deepEqual(await load(manager, day("2026-01-02")), value("second"));
      await assert.rejects(load(manager, day("2026-01-03")), ValueNotFoundError);
    },
  },
  {
    title: "loads several partitions at once as it loads each, and leaves out what was never stored",
    async check(manager) {
      const keys = Array.from({ length: 40 }, (_, index) => `part ${index % 2 === 0 ? index : `it's ${index}`}`);
      const stored = keys.filter((_, index) => index % 7 !== 3);
      for (const partition of stored.toReversed()) await store(manager, at({ assetKey: ["parts"], partition }), value(partition));
      await store(manager, at({ assetKey: ["others"], partition: keys[3]! }), value("elsewhere"));
      const loadAll = async (assetKey: AssetKey): Promise<Readonly<Record<string, unknown>>> => {
        const { partition: _, ...rest } = context(at({ assetKey }));
        const partitions = ioPartitions(null, keys);
        return Object.fromEntries(
          await loadPartitions(manager, { ...rest, partitions, stepKey: stepKey("reader"), inputName: "value" }),
        );
      };
      assert.deepEqual(await loadAll(["parts"]), Object.fromEntries(stored.map((key) => [key, value(key)])));
      assert.deepEqual(await loadAll(["never stored"]), {});
    },
  },
  {
    title: "says by name what was never stored",
    async check(manager) {
      await assert.rejects(load(manager, at()), ValueNotFoundError);
      await assert.rejects(load(manager, at()), /No value of output "result" of step "a_step"/);
      await assert.rejects(load(manager, at({ assetKey: ["a", "b"] })), /No value of asset "a\/b" is stored/);
    },
  },
  {
    title: "stores many values at the same time",
    async check(manager) {
      const addresses = Array.from({ length: 50 }, (_, index) => at({ outputName: `o${index % 25}` }));
      const marked = ({ outputName }: ValueAddress): unknown => value(`value of ${outputName}`);
      await Promise.all(addresses.map((address) => store(manager, address, marked(address))));
      for (const address of addresses) assert.deepEqual(await load(manager, address), marked(address));
    },
  },
  {
    title: "gives the value of one writer whole when several store partitions of one asset, and the same one, at the same time",
    async check(manager) {
      const day = (index: number): ValueAddress => at({ assetKey: ["daily"], partition: `day ${index % 4}` });
      const indexes = Array.from({ length: 16 }, (_, index) => index);
      await Promise.all(indexes.map((index) => store(manager, day(index), value(`writer ${index}`))));
      for (let index = 0; index < 4; index += 1) {
        const found = await load(manager, day(index));
        const possible = indexes.filter((writer) => writer % 4 === index).map((writer) => value(`writer ${writer}`));
        assert.ok(
          possible.some((one) => isDeepStrictEqual(one, found)),
          `partition ${index} is ${JSON.stringify(found)}`,
        );
      }
    },
  },
];

/** {@link ioManagerSuiteOf} for managers that keep values of any kind. */
export const ioManagerSuite: readonly IoManagerPromise[] = [...ioManagerSuiteOf(anyValue), nothingIsAValue];

/** {@link ioManagerSuiteOf} for managers that keep what JSON can say. */
export const jsonIoManagerSuite: readonly IoManagerPromise[] = ioManagerSuiteOf({
  value: (mark) => mark,
  typed: () => ({ list: [1, -1.5, 1e300, null, true, "😀\0"], nested: { "": { a: [] } } }),
  large: () => Array.from({ length: 100_000 }, (_, id) => ({ id, text: `row ${id}`, even: id % 2 === 0 })),
});

const sparse = { count: null, amount: null, big: null, text: null, isOpen: null, at: null, bytes: null, nested: null };

/** {@link ioManagerSuiteOf} for managers that keep lists of records, as tables. */
export const tabularIoManagerSuite: readonly IoManagerPromise[] = ioManagerSuiteOf({
  value: (mark) => [{ mark: String(mark) }, { mark: null }],
  typed: () => [
    {
      count: 1,
      amount: 0.1,
      big: 2n ** 62n,
      text: '😀, it\'s "quoted"',
      isOpen: true,
      at: new Date("2026-01-02T03:04:05.678Z"),
      bytes: Uint8Array.of(0, 255),
      nested: { a: [1, { b: "c" }] },
    },
    sparse,
    { ...sparse, count: -7, amount: -2.5, big: -1n, text: "", isOpen: false, at: new Date(-5), bytes: new Uint8Array() },
  ],
  large: () => Array.from({ length: 50_000 }, (_, id) => ({ id, text: `row ${id}`, share: id / 7 })),
});
