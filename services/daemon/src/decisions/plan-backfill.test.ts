import {
  assetJobName,
  assetKeyToString,
  type AssetSnapshot,
  type BackfillPolicySnapshot,
  codeLocationName,
  type JobSnapshot,
  type PartitionMappingSnapshot,
} from "@dagwright/model";
import {
  dailyPartitions,
  multiPartitions,
  type Partitions,
  runSubset,
  staticPartitions,
  weeklyPartitions,
} from "@dagwright/partitions";
import { type AssetRunRequest, packAssetRuns, PartitionGraph, unpartitioned } from "@dagwright/workspace";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobSnapshot } from "../testing/served-location.ts";
import { type AssetProgress, planBackfill } from "./plan-backfill.ts";

const location = codeLocationName("shop");
const view = { nowMs: Date.parse("2026-02-01"), dynamicKeys: () => [] };
const days = dailyPartitions({ startDate: "2026-01-01" });
const weeks = weeklyPartitions({ startDate: "2026-01-04" });
const regions = staticPartitions(["de", "fr", "us"]);
const grid = multiPartitions({ day: dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-08" }), region: regions });
const single: BackfillPolicySnapshot = { kind: "singleRun" };
const multi = (maxPartitionsPerRun: number): BackfillPolicySnapshot => ({ kind: "multiRun", maxPartitionsPerRun });

interface Asset {
  readonly name: string;
  readonly partitions?: Partitions;
  readonly deps?: readonly string[];
  readonly policy?: BackfillPolicySnapshot;
  readonly mappings?: Readonly<Record<string, PartitionMappingSnapshot>>;
  readonly op?: string;
}

function toSnapshot({ name, partitions, deps = [], policy, mappings = {}, op }: Asset): AssetSnapshot {
  return {
    key: [name],
    description: null,
    group: "default",
    kinds: [],
    owners: [],
    tags: {},
    metadata: {},
    codeVersion: null,
    dependencies: deps.map((dep) => [dep]),
    isExternal: false,
    isExecutable: true,
    opName: op ?? name,
    jobNames: [assetJobName],
    ioManagerKey: "io_manager",
    type: { name: "Any", description: null },
    ...(partitions !== undefined && { partitions: partitions.snapshot }),
    ...(policy !== undefined && { backfillPolicy: policy }),
    partitionMappings: Object.entries(mappings).map(([upstream, mapping]) => ({ upstream: [upstream], mapping })),
  };
}

const job: JobSnapshot = { ...jobSnapshot, name: assetJobName, ops: [] };

/** A backfill of all partitions of some assets, whose runs end when the test says so. */
class Backfill {
  readonly graph: PartitionGraph;
  readonly progress = new Map<string, AssetProgress>();
  readonly running: AssetRunRequest[] = [];
  /** What each run was to make, in the order in which they were submitted. */
  readonly submitted: string[] = [];
  isFinished = false;
  /** What must never be. */
  readonly breaches: string[] = [];

  constructor(assets: readonly Asset[]) {
    const located = assets.map((asset) => ({ location, snapshot: { jobs: [job], assets: [] }, asset: toSnapshot(asset) }));
    this.graph = new PartitionGraph(located, view);
    for (const node of this.graph.units.flat()) {
      const none = node.partitions.none();
      this.progress.set(node.id, { target: node.partitions.all(view), requested: none, done: none, failed: none });
    }
  }

  /** @returns what was submitted now, at most so many runs */
  step(atMost = Infinity): readonly AssetRunRequest[] {
    const plan = planBackfill(this.graph, this.progress);
    for (const [id, failed] of plan.failed) this.#add(id, "failed", failed);
    this.isFinished = plan.isFinished;
    const runs: AssetRunRequest[] = [];
    for (const wanted of plan.requests)
      for (const run of packAssetRuns(wanted, view)) {
        if (runs.length >= atMost) break;
        runs.push(run);
      }
    for (const run of runs) {
      for (const [id, subset] of this.partitionsOf(run)) {
        const { target, requested } = this.progress.get(id)!;
        if (!subset.minus(target).isEmpty) this.breaches.push(`${textOf(run)} makes what is no target`);
        if (!subset.intersect(requested).isEmpty) this.breaches.push(`${textOf(run)} is requested again`);
        this.#add(id, "requested", subset);
      }
      this.#checkOrder(run);
      this.running.push(run);
      this.submitted.push(textOf(run));
    }
    return runs;
  }

  endAll(made: (id: string) => boolean = () => true): void {
    while (this.running[0] !== undefined) this.end(this.running[0], made);
  }

  end(run: AssetRunRequest, made: (id: string) => boolean): void {
    this.running.splice(this.running.indexOf(run), 1);
    for (const [id, subset] of this.partitionsOf(run)) this.#add(id, made(id) ? "done" : "failed", subset);
  }

  partitionsOf({ assetKeys, partition }: AssetRunRequest) {
    return assetKeys.map((key) => {
      const id = assetKeyToString(key);
      const { partitions } = this.graph.get(id)!;
      return [id, partition === null ? unpartitioned.all(view) : runSubset(partitions, partition, view)] as const;
    });
  }

  /** All that a run reads of the backfill is there, or made before in the run itself. */
  #checkOrder(run: AssetRunRequest): void {
    const made = new Map(this.partitionsOf(run));
    for (const [id, subset] of made) {
      const node = this.graph.get(id)!;
      for (const parent of this.graph.parentsOf(node)) {
        const { target, done } = this.progress.get(parent.id)!;
        const read = this.graph.upstream(node, parent, subset).subset.intersect(target).minus(done);
        const within = made.get(parent.id);
        if (!(within === undefined ? read : read.minus(within)).isEmpty)
          this.breaches.push(`${textOf(run)} reads what is not made of ${parent.id}`);
      }
    }
  }

  #add(id: string, to: "requested" | "done" | "failed", subset: AssetProgress["target"]): void {
    const before = this.progress.get(id)!;
    this.progress.set(id, { ...before, [to]: before[to].union(subset) });
  }
}

const textOf = ({ assetKeys, partition }: AssetRunRequest): string => {
  const names = assetKeys.map(([name]) => name).join("+");
  if (partition === null) return names;
  return partition.kind === "one" ? `${names} ${partition.key}` : `${names} ${partition.start}..${partition.end}`;
};

function runAll(backfill: Backfill): readonly string[] {
  for (let round = 0; round < 200 && !backfill.isFinished; round += 1) {
    backfill.step();
    backfill.endAll();
  }
  return [...backfill.submitted, ...backfill.breaches];
}

const firstWeek = dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-08" });

test("assets with the same partitions and policy share runs, one for each partition without a policy", () => {
  const assets = [
    { name: "orders", partitions: firstWeek },
    { name: "revenue", partitions: firstWeek, deps: ["orders"] },
  ];
  expect(runAll(new Backfill(assets))).toEqual([
    "orders+revenue 2026-01-04",
    "orders+revenue 2026-01-05",
    "orders+revenue 2026-01-06",
    "orders+revenue 2026-01-07",
  ]);
});

test("a policy puts all partitions into one run, or some into each", () => {
  expect(runAll(new Backfill([{ name: "orders", partitions: firstWeek, policy: single }]))).toEqual([
    "orders 2026-01-04..2026-01-07",
  ]);
  expect(runAll(new Backfill([{ name: "orders", partitions: firstWeek, policy: multi(3) }]))).toEqual([
    "orders 2026-01-04..2026-01-06",
    "orders 2026-01-07..2026-01-07",
  ]);
});

test("what reads other partitions waits for all that it reads", () => {
  const backfill = new Backfill([
    { name: "daily", partitions: dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" }) },
    { name: "weekly", partitions: weeklyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" }), deps: ["daily"] },
    { name: "report", deps: ["weekly"] },
  ]);
  expect(backfill.step()).toHaveLength(14);
  const firstSix = backfill.running.slice(0, 6);
  for (const run of firstSix) backfill.end(run, () => true);
  expect(backfill.step()).toEqual([]);
  backfill.end(backfill.running[0]!, () => true);
  expect(backfill.step().map(textOf)).toEqual(["weekly 2026-01-04"]);
  runAll(backfill);
  expect(backfill.submitted.slice(14)).toEqual(["weekly 2026-01-04", "weekly 2026-01-11", "report"]);
});

test("what has other dimensions waits for what it reads, and no longer", () => {
  const assets = [
    { name: "orders", partitions: firstWeek, policy: single },
    {
      name: "by_region",
      partitions: multiPartitions({ day: firstWeek, region: staticPartitions(["de"]) }),
      deps: ["orders"],
      policy: single,
    },
  ];
  expect(runAll(new Backfill(assets))).toEqual(["orders 2026-01-04..2026-01-07", "by_region 2026-01-04|de..2026-01-07|de"]);
});

test("what reads a failed partition fails as well, and nothing else", () => {
  const backfill = new Backfill([
    { name: "raw", partitions: regions },
    { name: "clean", partitions: regions, deps: ["raw"], policy: multi(1) },
    { name: "report", deps: ["clean"] },
  ]);
  const runs = backfill.step();
  for (const run of runs) backfill.end(run, () => run.partition?.kind === "one" && run.partition.key !== "fr");
  expect(backfill.step().map(textOf)).toEqual(["clean de..de", "clean us..us"]);
  expect([...backfill.progress.get('["clean"]')!.failed.keys()]).toEqual(["fr"]);
  expect(backfill.progress.get('["report"]')!.failed.size).toBe(1);
  backfill.endAll();
  expect(backfill.step()).toEqual([]);
  expect(backfill.isFinished).toBe(true);
});

test("a policy for a single run waits until everything that is to come has come", () => {
  const backfill = new Backfill([
    { name: "raw", partitions: firstWeek },
    { name: "clean", partitions: firstWeek, deps: ["raw"], policy: single },
  ]);
  backfill.step();
  for (const run of backfill.running.slice(1)) backfill.end(run, () => true);
  expect(backfill.step()).toEqual([]);
  backfill.end(backfill.running[0]!, () => true);
  expect(backfill.step().map(textOf)).toEqual(["clean 2026-01-04..2026-01-07"]);
});

test("in several dimensions a run is made when all of it has come, and does not wait for the others", () => {
  const backfill = new Backfill([
    { name: "raw", partitions: grid },
    { name: "clean", partitions: grid, deps: ["raw"], policy: multi(3) },
    { name: "pairs", partitions: grid, deps: ["raw"], policy: multi(2) },
  ]);
  backfill.step();
  const ended = (key: string): void =>
    backfill.end(
      backfill.running.find((run) => textOf(run) === `raw ${key}`)!,
      () => true,
    );
  ended("2026-01-05|us");
  ended("2026-01-05|de");
  // A run of two days' regions would be one that later ones have to be made around.
  expect(backfill.step().map(textOf)).toEqual(["pairs 2026-01-05|us..2026-01-05|us"]);
  ended("2026-01-05|fr");
  expect(backfill.step().map(textOf)).toEqual(["clean 2026-01-05|de..2026-01-05|us", "pairs 2026-01-05|de..2026-01-05|fr"]);
  runAll(backfill);
  expect(backfill.submitted.filter((run) => run.startsWith("clean"))).toHaveLength(4);
  expect(backfill.breaches).toEqual([]);
});

test("how many runs a policy comes to in several dimensions does not depend on which of what they read comes first", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 13 }),
      fc.infiniteStream(fc.nat({ max: 99 })),
      fc.constantFrom<Partitions>(grid, multiPartitions({ a: regions, b: staticPartitions(["x", "y"]), day: firstWeek })),
      (most, dice, partitions) => {
        const backfill = new Backfill([
          { name: "raw", partitions },
          { name: "clean", partitions, deps: ["raw"], policy: multi(most) },
        ]);
        while (!backfill.isFinished) {
          backfill.step();
          const ends = backfill.running.filter(() => Number(dice.next().value) < 30);
          for (const run of ends) backfill.end(run, () => true);
        }
        const atOnce = new Backfill([{ name: "clean", partitions, policy: multi(most) }]);
        runAll(atOnce);
        const runs = backfill.submitted.filter((run) => run.startsWith("clean"));
        expect(runs.length).toBeLessThanOrEqual(atOnce.submitted.length);
        expect(backfill.breaches).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test("partitions that read the one before are made one after the other, or in order within a run", () => {
  const before: PartitionMappingSnapshot = {
    kind: "timeWindow",
    startOffset: -1,
    endOffset: -1,
    allowsNonexistentUpstream: true,
  };
  const balance = { name: "balance", partitions: firstWeek, deps: ["balance"], mappings: { balance: before } };
  const oneByOne = new Backfill([balance]);
  expect(oneByOne.step().map(textOf)).toEqual(["balance 2026-01-04"]);
  expect(runAll(oneByOne)).toHaveLength(4);
  expect(runAll(new Backfill([{ ...balance, policy: multi(3) }]))).toEqual([
    "balance 2026-01-04..2026-01-06",
    "balance 2026-01-07..2026-01-07",
  ]);
  const failing = new Backfill([balance]);
  failing.step();
  failing.end(failing.running[0]!, () => false);
  failing.step();
  expect(failing.isFinished).toBe(true);
  expect(failing.progress.get('["balance"]')!.failed.size).toBe(4);
});

test("what one op makes together goes one after the other when any of it reads earlier partitions of the rest", () => {
  const before: PartitionMappingSnapshot = {
    kind: "timeWindow",
    startOffset: -1,
    endOffset: -1,
    allowsNonexistentUpstream: true,
  };
  const kept = { name: "kept", partitions: firstWeek, op: "books", deps: ["kept"], mappings: { kept: before } };
  const closed = { name: "closed", partitions: firstWeek, op: "books", deps: ["kept"] };
  const opened = { ...closed, name: "opened", mappings: { kept: before } };
  for (const assets of [
    [kept, closed],
    [{ ...kept, deps: [] }, opened],
  ]) {
    const backfill = new Backfill(assets);
    const both = assets.map(({ name }) => name).join("+");
    expect(backfill.step().map(textOf)).toEqual([`${both} 2026-01-04`]);
    expect(runAll(backfill)).toEqual([4, 5, 6, 7].map((day) => `${both} 2026-01-0${day}`));
    const failing = new Backfill(assets);
    failing.step();
    failing.end(failing.running[0]!, () => false);
    failing.step();
    expect(failing.isFinished).toBe(true);
    expect(failing.progress.get('["kept"]')!.failed.size).toBe(4);
    expect(runAll(new Backfill(assets.map((one) => ({ ...one, policy: multi(3) }))))).toEqual([
      `${both} 2026-01-04..2026-01-06`,
      `${both} 2026-01-07..2026-01-07`,
    ]);
  }
});

test("what one op makes together is requested together", () => {
  const backfill = new Backfill([
    { name: "left", partitions: regions, op: "both" },
    { name: "source", partitions: regions, policy: single },
    { name: "right", partitions: regions, op: "both", deps: ["source"] },
  ]);
  expect(backfill.step().map(textOf)).toEqual(["source de..us"]);
  expect(runAll(backfill).slice(1)).toEqual(["left+right de", "left+right fr", "left+right us"]);
});

test("a partition that reads what does not exist is given up with a sentence about it", () => {
  const backfill = new Backfill([
    { name: "raw", partitions: staticPartitions(["de", "us"]) },
    { name: "clean", partitions: regions, deps: ["raw"] },
  ]);
  const { problems } = planBackfill(backfill.graph, backfill.progress);
  expect(problems[0]).toMatch(/clean: partition "fr" would read partitions of raw that do not exist/);
  runAll(backfill);
  expect(backfill.isFinished).toBe(true);
  expect([...backfill.progress.get('["clean"]')!.done.keys()]).toEqual(["de", "us"]);
});

const policies = fc.constantFrom(undefined, single, multi(1), multi(2), multi(5));
const partitionKinds = fc.constantFrom<Partitions | undefined>(undefined, days, weeks, regions, firstWeek, grid);

/** Assets, each of which may read those before it, and itself. */
const graphs = fc
  .array(
    fc.record({
      partitions: partitionKinds,
      policy: policies,
      deps: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
      readsItself: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ partitions, policy, deps, readsItself }, index): Asset => {
      const name = `a${index}`;
      const isTime = partitions?.snapshot.kind === "timeWindow";
      const names = [...new Set(deps.filter((dep) => dep < index))].map((dep) => `a${dep}`);
      const kindOf = (dep: string): string => drawn[Number(dep.slice(1))]?.partitions?.snapshot.kind ?? "none";
      const mappings = Object.fromEntries(
        names.flatMap((dep): [string, PartitionMappingSnapshot][] => {
          if (kindOf(dep) === "none" || partitions === undefined) return [];
          if (kindOf(dep) !== partitions.snapshot.kind) return [[dep, { kind: "all" }]];
          return isTime
            ? [[dep, { kind: "timeWindow", startOffset: 0, endOffset: 0, allowsNonexistentUpstream: true }]]
            : [[dep, { kind: "identity" }]];
        }),
      );
      const previous = { kind: "timeWindow", startOffset: -1, endOffset: -1, allowsNonexistentUpstream: true } as const;
      return {
        name,
        ...(partitions !== undefined && { partitions }),
        ...(policy !== undefined && { policy }),
        deps: isTime && readsItself ? [...names, name] : names,
        mappings: isTime && readsItself ? { ...mappings, [name]: previous } : mappings,
      };
    }),
  );

test("everything is requested once, never before what it reads, however runs come and end", () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat({ max: 99 })), fc.integer({ min: 1, max: 40 }), (assets, dice, atMost) => {
      const backfill = new Backfill(assets);
      const roll = (): number => Number(dice.next().value);
      const failsSome = roll() < 50;
      let idle = 0;
      while (!backfill.isFinished || backfill.running.length > 0) {
        const news = backfill.step(atMost);
        const ends = backfill.running.filter(() => roll() < 60);
        for (const run of ends) backfill.end(run, () => !failsSome || roll() < 90);
        idle = news.length > 0 || ends.length > 0 || backfill.running.length > 0 ? 0 : idle + 1;
        expect(idle, "it stands still").toBeLessThan(3);
      }
      expect(backfill.breaches).toEqual([]);
      for (const { target, requested, done, failed } of backfill.progress.values()) {
        expect(done.union(failed).equals(target)).toBe(true);
        if (!failsSome) expect(requested.equals(target)).toBe(true);
        expect(done.intersect(failed).isEmpty).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
