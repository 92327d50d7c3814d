import assert from "node:assert/strict";
import { runId, stepKey } from "@dagwright/model";
import { ValueNotFoundError } from "../errors.ts";
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

const context = { jobName: "a_job", signal: new AbortController().signal, addMetadata: () => {} };

async function store(manager: IoManager, address: ValueAddress, value: unknown): Promise<void> {
  const output: OutputContext = { ...context, address, outputName: address.outputName };
  await manager.handleOutput(output, value);
}

async function load(manager: IoManager, address: ValueAddress): Promise<unknown> {
  const input: InputContext = { ...context, address, stepKey: stepKey("reader"), inputName: "value" };
  return await manager.loadInput(input);
}

/**
 * What every I/O manager promises, for any test runner:
 *
 *     for (const { title, check } of ioManagerSuite) it(title, () => check(openMine()));
 *
 * Each check wants an empty manager.
 */
export const ioManagerSuite: readonly IoManagerPromise[] = [
  {
    title: "gives back what was stored, with its types",
    async check(manager) {
      const value = {
        list: [1, -0, Number.NaN, null, undefined, "😀\0"],
        at: new Date(5),
        map: new Map<unknown, unknown>([["k", new Set([1n, 2n ** 80n])]]),
        floats: Float64Array.of(0.1, -0),
        buffer: Buffer.from([0, 255]),
      };
      await store(manager, at(), value);
      assert.deepStrictEqual(await load(manager, at()), value);
      await store(manager, at({ outputName: "nothing" }), undefined);
      assert.equal(await load(manager, at({ outputName: "nothing" })), undefined);
    },
  },
  {
    title: "gives back large values",
    async check(manager) {
      const rows = Array.from({ length: 50_000 }, (_, id) => ({ id, text: `row ${id}` }));
      const value = { rows, bytes: new Uint8Array(3_000_000).fill(7) };
      await store(manager, at(), value);
      assert.deepStrictEqual(await load(manager, at()), value);
    },
  },
  {
    title: "keeps outputs of different runs, steps and names apart",
    async check(manager) {
      const long = "n".repeat(300);
      const names = ["result", "result.value", "x/../../result", "..", "é", "%C3%A9", `${long}1`, `${long}2`];
      const addresses = [
        ...names.map((outputName) => at({ outputName })),
        ...["a_step.result", "A_step", "outer.a_step"].map((key) => at({ stepKey: stepKey(key) })),
        at({ runId: otherRun }),
      ];
      for (const [index, address] of addresses.entries()) await store(manager, address, index);
      for (const [index, address] of addresses.entries()) assert.equal(await load(manager, address), index);
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
        ["a.partitions", "p"],
        ["..", "etc"],
        [""],
        ["数", "😀"],
        [" ."],
      ];
      const addresses = [
        ...keys.map((assetKey) => at({ assetKey })),
        at({ assetKey: ["a"], partition: "p" }),
        at({ assetKey: ["a"], partition: "2026-01-01/x" }),
      ];
      for (const [index, address] of addresses.entries()) await store(manager, address, index);
      const elsewhere = { runId: otherRun, stepKey: stepKey("else"), outputName: "other" };
      for (const [index, address] of addresses.entries()) assert.equal(await load(manager, { ...address, ...elsewhere }), index);
      await store(manager, at({ assetKey: ["a"], runId: otherRun }), "newer");
      assert.equal(await load(manager, at({ assetKey: ["a"] })), "newer");
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
      await Promise.all(addresses.map((address) => store(manager, address, `value of ${address.outputName}`)));
      for (const address of addresses) assert.equal(await load(manager, address), `value of ${address.outputName}`);
    },
  },
];
