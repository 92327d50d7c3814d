import type { VersionRecord } from "@dagwright/graph";
import {
  type AssetKey,
  assetKeyToString,
  type AssetSnapshot,
  dataVersionTags,
  inputVersionTags,
  type Tags,
} from "@dagwright/model";
import { dailyPartitions, weeklyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { examineStaleness, type StalenessSources } from "./index.ts";

const asset = (name: string, options: Partial<AssetSnapshot>): AssetSnapshot => ({
  key: [name],
  description: null,
  group: "default",
  kinds: [],
  owners: [],
  tags: {},
  metadata: {},
  codeVersion: null,
  dependencies: [],
  isExternal: false,
  isExecutable: true,
  opName: name,
  jobNames: [],
  ioManagerKey: "io_manager",
  type: { name: "Any", description: null },
  ...options,
});

const days = dailyPartitions({ startDate: "2026-01-04" }).snapshot;
const weeks = weeklyPartitions({ startDate: "2026-01-04" }).snapshot;
const raw = asset("raw", { partitions: days });
const clean = asset("clean", { partitions: days, dependencies: [raw.key] });
const weekly = asset("weekly", { partitions: weeks, dependencies: [raw.key] });
const total = asset("total", { dependencies: [raw.key] });

const version = (dataVersion: string, ...inputs: readonly Tags[]): Tags =>
  Object.assign({ [dataVersionTags.codeVersion]: "run", [dataVersionTags.dataVersion]: dataVersion }, ...inputs) as Tags;

function sources(records: Readonly<Record<string, { readonly id: number; readonly tags: Tags }>>): StalenessSources {
  return {
    assets: new Map([raw, clean, weekly, total].map((one) => [assetKeyToString(one.key), one])),
    recordOf(key: AssetKey, partition): Promise<VersionRecord | null> {
      const found = records[`${key.join("/")}${partition === null ? "" : ` ${partition}`}`];
      return Promise.resolve(found === undefined ? null : { id: String(found.id), atMs: found.id * 1000, tags: found.tags });
    },
    view: () => Promise.resolve({ nowMs: Date.UTC(2026, 1, 1), dynamicKeys: () => [] }),
  };
}

test("a partition is stale by the partition that it reads, and by no other", async () => {
  const made = sources({
    "raw 2026-01-05": { id: 1, tags: version("a") },
    "raw 2026-01-06": { id: 9, tags: version("b2") },
    "clean 2026-01-05": { id: 2, tags: version("c", inputVersionTags(["raw"], "a", "1")) },
    "clean 2026-01-06": { id: 3, tags: version("d", inputVersionTags(["raw"], "b1", "2")) },
  });
  expect((await examineStaleness(clean, "2026-01-05", made)).status).toBe("FRESH");
  expect(await examineStaleness(clean, "2026-01-06", made)).toEqual({
    status: "STALE",
    causes: [expect.objectContaining({ key: ["raw"], partition: "2026-01-06", reason: "has a new materialization" })],
  });
  expect((await examineStaleness(clean, "2026-01-07", made)).status).toBe("MISSING");
  expect(await examineStaleness(clean, null, made)).toEqual({ status: "FRESH", causes: [] });
});

test("a week is stale when one of its days is newer", async () => {
  const made = sources({
    "raw 2026-01-12": { id: 4, tags: version("a") },
    "raw 2026-01-13": { id: 8, tags: version("b") },
    "weekly 2026-01-11": { id: 5, tags: version("w", inputVersionTags(["raw"], "a", "4")) },
    "weekly 2026-01-04": { id: 6, tags: version("w", inputVersionTags(["raw"], "a", "4")) },
  });
  expect((await examineStaleness(weekly, "2026-01-11", made)).causes.map(({ partition }) => partition)).toEqual(["2026-01-13"]);
  expect((await examineStaleness(weekly, "2026-01-04", made)).status).toBe("FRESH");
});

test("what has no partitions reads a partitioned asset as it was last made", async () => {
  const read = version("t", inputVersionTags(["raw"], "a", "1"));
  const before = sources({ raw: { id: 1, tags: version("a") }, total: { id: 2, tags: read } });
  const after = sources({ raw: { id: 3, tags: version("b") }, total: { id: 2, tags: read } });
  expect((await examineStaleness(total, null, before)).status).toBe("FRESH");
  expect((await examineStaleness(total, null, after)).status).toBe("STALE");
});
