import { dataVersionTags, inputVersionTags, type Tags } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { staleCauses, staleStatus, type VersionedAsset, type VersionedData } from "./index.ts";

const asset = (name: string, options: Partial<VersionedAsset> = {}): VersionedAsset => ({
  key: [name],
  codeVersion: null,
  isExternal: false,
  dependencies: [],
  ...options,
});
const made = (of: VersionedAsset, id: number, tags: Tags = {}, partition: string | null = null): VersionedData => ({
  asset: of,
  partition,
  record: { id: String(id), atMs: id * 1000, tags },
});
const missing = (of: VersionedAsset): VersionedData => ({ asset: of, partition: null, record: null });
const version = (dataVersion: string, codeVersion = "run"): Tags => ({
  [dataVersionTags.dataVersion]: dataVersion,
  [dataVersionTags.codeVersion]: codeVersion,
});

const raw = asset("raw");
const source = asset("source", { isExternal: true });
const daily = asset("daily", { codeVersion: "2", dependencies: [["raw"]] });
const readRaw = (dataVersion: string, eventId: string | null = null): Tags => inputVersionTags(["raw"], dataVersion, eventId);

const reasons = (target: VersionedData, ...dependencies: VersionedData[]): readonly string[] =>
  staleCauses(target, dependencies).map(
    ({ key, partition, category, reason, dependency }) =>
      `${key.join("/")}${partition === null ? "" : `[${partition}]`} ${category} ${reason}${dependency === null ? "" : ` (${dependency.join("/")})`}`,
  );

describe("why data is stale", () => {
  test.each<[string, VersionedData, readonly VersionedData[], readonly string[]]>([
    ["what is missing has no cause", missing(daily), [made(raw, 1, version("a"))], []],
    ["nothing has changed", made(daily, 2, { ...version("d", "2"), ...readRaw("a") }), [made(raw, 1, version("a"))], []],
    [
      "its code has changed",
      made(daily, 2, { ...version("d", "1"), ...readRaw("a") }),
      [made(raw, 1, version("a"))],
      ["daily CODE has a new code version"],
    ],
    [
      "a dependency was made again, without a code version",
      made(daily, 2, { ...version("d", "2"), ...readRaw("a") }),
      [made(raw, 3, version("b"))],
      ["raw DATA has a new materialization"],
    ],
    [
      "a dependency with a code version was made again",
      made(daily, 2, { ...version("d", "2"), ...readRaw("a") }),
      [made({ ...raw, codeVersion: "1" }, 3, version("b", "1"))],
      ["raw DATA has a new data version"],
    ],
    [
      "a dependency was made again and came to the same version",
      made(daily, 2, { ...version("d", "2"), ...readRaw("a") }),
      [made(raw, 3, version("a"))],
      [],
    ],
    [
      "a dependency is new and another is gone",
      made(daily, 2, { ...version("d", "2"), ...inputVersionTags(["old"], "a", null) }),
      [made(raw, 1, version("a"))],
      ["daily DEPENDENCIES removed dependency on old (old)", "daily DEPENDENCIES has a new dependency on raw (raw)"],
    ],
    [
      "without provenance, by time",
      made(daily, 2),
      [made(raw, 3), missing(asset("more")), missing(source)],
      ["raw DATA has a new materialization", "daily DATA has a new input (more)"],
    ],
    [
      "what others make was seen to have changed",
      made(asset("own", { dependencies: [["source"]] }), 2, {
        ...version("d"),
        ...inputVersionTags(["source"], "INITIAL", null),
      }),
      [made(source, 3, version("v2"))],
      ["source DATA has a new data version"],
    ],
    [
      "what others make was never seen",
      made(asset("own", { dependencies: [["source"]] }), 2, {
        ...version("d"),
        ...inputVersionTags(["source"], "INITIAL", null),
      }),
      [missing(source)],
      [],
    ],
    [
      "one partition of several that are read is newer",
      made(daily, 5, { ...version("d", "2"), ...readRaw("a", "4") }),
      [made(raw, 4, version("a"), "mon"), made(raw, 6, version("b"), "tue")],
      ["raw[tue] DATA has a new materialization"],
    ],
  ])("%s", (_, target, dependencies, expected) => {
    expect(reasons(target, ...dependencies)).toEqual(expected);
  });

  test("the status follows", () => {
    const [cause] = staleCauses(made(daily, 2, version("d", "1")), []);
    expect(staleStatus(missing(daily), [])).toBe("MISSING");
    expect(staleStatus(missing(source), [])).toBe("FRESH");
    expect(staleStatus(made(daily, 2), [])).toBe("FRESH");
    expect(staleStatus(made(daily, 2), [cause!])).toBe("STALE");
  });
});
