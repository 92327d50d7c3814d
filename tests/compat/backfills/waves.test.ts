import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import project from "./fixtures/definitions.ts";
import { type WavesCase, wavesOf } from "./waves.ts";

const cases: readonly WavesCase[] = [
  { assets: ["balance"], ranges: [["2026-01-04", "2026-01-07"]] },
  { assets: ["raw", "lagged", "moving"], ranges: [["2026-01-04", "2026-01-07"]] },
  { assets: ["raw", "lagged", "by_week", "of_week"], ranges: [["2026-01-04", "2026-01-11"]] },
  { assets: ["raw", "ledger"], ranges: [["2026-01-04", "2026-01-11"]] },
  { assets: ["raw", "kept", "carried"], ranges: [["2026-01-04", "2026-01-07"]] },
  { assets: ["raw", "clean", "totals"], ranges: [["2026-01-04", "2026-01-06"]] },
];

/** With policies for several partitions in a run, in several dimensions. */
const boxes: WavesCase = { assets: ["cells", "box", "pairs"] };

interface Made {
  readonly makes: string;
  readonly wave: number;
  readonly tags: Readonly<Record<string, string>>;
}

function askDagster(python: string, asks: readonly WavesCase[]): readonly (readonly (readonly string[])[])[] {
  const asked = spawnSync(python, [join(import.meta.dirname, "dagster_backfills.py")], {
    input: JSON.stringify(asks),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  const answers = JSON.parse(asked.stdout) as readonly { readonly runs?: readonly Made[]; readonly error?: unknown }[];
  return answers.map(({ runs, error }) => {
    if (runs === undefined) throw new Error(String(error));
    const waves = Map.groupBy(runs, ({ wave }) => wave);
    return [...waves]
      .toSorted(([a], [b]) => a - b)
      .map(([, made]) =>
        made
          .map(({ makes, tags }) => {
            const [start, end] = [tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]];
            const partition = tags["dagster/partition"] ?? (start === undefined ? null : `${start}...${end}`);
            return partition === null ? makes : `${makes} ${partition}`;
          })
          .toSorted(),
      );
  });
}

/** In which wave each run is. */
const waveOfEach = (waves: readonly (readonly string[])[]): ReadonlyMap<string, number> =>
  new Map(waves.flatMap((runs, wave) => runs.map((run) => [run, wave] as const)));

test("in several dimensions a policy for a single run makes a single run, and one for several makes none too large", () => {
  expect(wavesOf(project, { assets: ["box"] })).toEqual([["box 2026-01-04|de...2026-01-05|us"]]);
  expect(wavesOf(project, { assets: ["cells", "pairs"] }).at(-1)).toHaveLength(4);
});

describeWithEngine("python", "the order of a backfill's runs, beside Dagster's daemon", ({ DAGSTER_PYTHON }) => {
  test("is as there, with offsets, weeks of days, all partitions, and assets that read themselves", { timeout: 300_000 }, () => {
    const theirs = askDagster(DAGSTER_PYTHON, [...cases, boxes]);
    for (const [index, each] of cases.entries()) {
      const [ours, dagsters] = [waveOfEach(wavesOf(project, each)), waveOfEach(theirs[index]!)];
      expect([...ours.keys()].toSorted(), each.assets.join()).toEqual([...dagsters.keys()].toSorted());
      // What reads nothing that is still to come need not wait for the others of its asset; there it does.
      const late = [...ours].filter(([run, wave]) => wave > dagsters.get(run)!);
      expect(late, each.assets.join()).toEqual([]);
    }
    // There a run makes a line of one dimension, here a box: never more runs, in no more waves.
    const [ours, dagsters] = [wavesOf(project, boxes), theirs.at(-1)!];
    expect(ours.length).toBeLessThanOrEqual(dagsters.length);
    expect(ours.flat().length).toBeLessThanOrEqual(dagsters.flat().length);
  });
});
