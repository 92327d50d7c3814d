import { AutomationCondition } from "@dagwright/definitions";
import type { AutomationConditionSnapshot } from "@dagwright/model";
import fc from "fast-check";

const AC = AutomationCondition;
type Any = AutomationCondition<"asset" | "check">;

export type PartitionsName = "daily" | "hourly" | "static" | "dynamic" | null;

export interface ScenarioAsset {
  readonly key: string;
  readonly deps: readonly string[];
  readonly partitions: PartitionsName;
  readonly condition: AutomationConditionSnapshot | null;
}

export interface ScenarioCheck {
  readonly asset: string;
  readonly name: string;
  readonly blocking: boolean;
  readonly condition: AutomationConditionSnapshot | null;
}

export interface ScenarioJob {
  readonly name: string;
  readonly assets: readonly string[];
  readonly condition: AutomationConditionSnapshot;
}

/** Something that happens to the assets, or an evaluation. */
export type ScenarioStep = { readonly atMs: number } & (
  | { readonly do: "evaluate" }
  | {
      readonly do: "start";
      readonly run: string;
      readonly assets: readonly string[];
      readonly partitions: Readonly<Record<string, string | null>>;
      readonly tags: Readonly<Record<string, string>>;
    }
  | {
      readonly do: "make";
      readonly run: string;
      readonly assets: readonly string[];
      readonly partitions: Readonly<Record<string, string | null>>;
      readonly version: string | null;
    }
  | { readonly do: "end"; readonly run: string; readonly success: boolean }
  | { readonly do: "check"; readonly run: string; readonly asset: string; readonly name: string; readonly passed: boolean }
  | { readonly do: "add"; readonly key: string }
);

export interface Scenario {
  readonly assets: readonly ScenarioAsset[];
  readonly checks: readonly ScenarioCheck[];
  readonly jobs?: readonly ScenarioJob[];
  readonly steps: readonly ScenarioStep[];
}

const operands: readonly (() => Any)[] = [
  () => AC.missing(),
  () => AC.inProgress(),
  () => AC.runInProgress(),
  () => AC.executionFailed(),
  () => AC.newlyUpdated(),
  () => AC.newlyRequested(),
  () => AC.willBeRequested(),
  () => AC.dataVersionChanged() as Any,
  () => AC.cronTickPassed("0 */6 * * *"),
  () => AC.cronTickPassed("30 0 * * *", { timeZone: "Europe/Berlin" }),
  () => AC.inLatestTimeWindow(),
  () => AC.inLatestTimeWindow({ lookbackSeconds: 2 * 86_400 }),
  () => AC.initialEvaluation(),
  () => AC.executedWithTags({ tagValues: { who: "me" } }),
  () => AC.anyNewUpdateHasRunTags({ tagKeys: ["who"] }) as Any,
  () => AC.allNewUpdatesHaveRunTags({ tagKeys: ["who"] }) as Any,
  () => AC.newlyMissing(),
  () => AC.anyDepsUpdated(),
  () => AC.anyDepsMissing(),
  () => AC.anyDepsInProgress(),
  () => AC.allDepsUpdatedSinceCron("0 */6 * * *"),
  () => AC.allDepsBlockingChecksPassed(),
];

const anyOperand = fc.constantFrom(...operands).map((make) => make());

const anyTree: fc.Arbitrary<Any> = fc.letrec<{ tree: Any }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: anyOperand },
    { weight: 2, arbitrary: fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => a.and(b)) },
    { weight: 1, arbitrary: fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => a.or(b)) },
    { weight: 1, arbitrary: tie("tree").map((a) => a.not()) },
    { weight: 2, arbitrary: fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => a.since(b)) },
    { weight: 1, arbitrary: tie("tree").map((a) => a.newlyTrue()) },
    { weight: 1, arbitrary: tie("tree").map((a) => a.sinceLastHandled()) },
    { weight: 2, arbitrary: tie("tree").map((a) => AC.anyDepsMatch(a)) },
    { weight: 1, arbitrary: tie("tree").map((a) => AC.allDepsMatch(a)) },
  ),
})).tree;

/** What people write most, as it is or a little changed. */
const usual: fc.Arbitrary<Any> = fc.constantFrom<Any>(
  AC.eager(),
  AC.eager(),
  AC.onCron("0 */6 * * *"),
  AC.onMissing(),
  AC.eager().replace("in_latest_time_window", AC.missing().not().or(AC.missing())),
  AC.eager().and(AC.allDepsBlockingChecksPassed()),
  AC.eager().or(AC.onCron("0 */6 * * *")),
  AC.anyDownstreamConditions() as Any,
);

const anyCondition = fc.oneof({ weight: 3, arbitrary: usual }, { weight: 2, arbitrary: anyTree });

const names = ["a", "b", "c", "d", "e"];
/** A Friday's midnight, so that cron lines and partitions come soon. */
const start = Date.UTC(2024, 0, 5);

interface Draft {
  readonly partitions: PartitionsName;
  readonly deps: readonly number[];
  readonly condition: Any | null;
}

const anyDraft: fc.Arbitrary<Draft> = fc.record({
  partitions: fc.constantFrom<PartitionsName>(null, null, "daily", "daily", "hourly", "static", "dynamic"),
  deps: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
  condition: fc.option(anyCondition, { freq: 4 }),
});

/** Partitions that may depend on one another without saying how. */
const canRead = (from: PartitionsName, to: PartitionsName): boolean => {
  const isTime = (name: PartitionsName): boolean => name === "daily" || name === "hourly";
  return from === null || to === null || from === to || (isTime(from) && isTime(to));
};

interface StepDraft {
  readonly kind: "evaluate" | "run" | "running" | "failing" | "check" | "add";
  readonly afterMs: number;
  readonly picks: readonly number[];
  readonly at: number;
  readonly version: string | null;
  readonly isTagged: boolean;
  readonly passed: boolean;
}

const minutes = 60_000;
const anyStep: fc.Arbitrary<StepDraft> = fc.record({
  kind: fc.constantFrom<StepDraft["kind"]>(
    "evaluate",
    "evaluate",
    "evaluate",
    "run",
    "run",
    "running",
    "failing",
    "check",
    "add",
  ),
  afterMs: fc.constantFrom(minutes, 10 * minutes, 61 * minutes, 6 * 60 * minutes, 25 * 60 * minutes),
  picks: fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 }),
  at: fc.nat({ max: 3 }),
  version: fc.constantFrom(null, "v1", "v2"),
  isTagged: fc.boolean(),
  passed: fc.boolean(),
});

export const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    drafts: fc.array(anyDraft, { minLength: 2, maxLength: 5 }),
    checked: fc.option(fc.record({ asset: fc.nat({ max: 4 }), blocking: fc.boolean() })),
    steps: fc.array(anyStep, { minLength: 6, maxLength: 16 }),
  })
  .map(({ drafts, checked, steps }) => {
    const assets = drafts.map(({ partitions, deps, condition }, index): ScenarioAsset => {
      const above = deps.filter((dep) => dep < index && canRead(partitions, drafts[dep]!.partitions)).map((dep) => names[dep]!);
      return { key: names[index]!, partitions, deps: above, condition: condition?.expression ?? null };
    });
    const check = checked === null ? undefined : assets[checked.asset];
    const checks =
      check === undefined || checked === null
        ? []
        : [{ asset: check.key, name: "looks_good", blocking: checked.blocking, condition: null }];
    return { assets, checks, steps: stepsOf(assets, checks, steps) };
  });

const ofRoots = fc.constantFrom(AC.anyJobRootAssetsMatch, AC.allJobRootAssetsMatch);

/** What can be asked about a job: of its root assets, of time, of what was requested. */
const anyJobCondition: fc.Arbitrary<AutomationCondition<"job">> = fc
  .tuple(ofRoots, anyCondition, fc.nat({ max: 5 }))
  .map(([operator, asked, shape]) => {
    const roots = operator(asked as AutomationCondition);
    switch (shape) {
      case 0:
        return roots.since(AC.newlyRequested());
      case 1:
        return roots.and(AC.inLatestTimeWindow());
      case 2:
        return roots.or(AC.cronTickPassed("0 */6 * * *"));
      case 3:
        return roots.not().newlyTrue();
      default:
        return roots;
    }
  });

/** Scenarios with a job of some of the assets, which have the same partitions. */
export const anyScenarioWithJob: fc.Arbitrary<Scenario> = fc
  .tuple(anyScenario, anyJobCondition, fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }))
  .map(([scenario, condition, picks]) => {
    const picked = picks.flatMap((pick) => scenario.assets[pick] ?? []);
    const [first = scenario.assets[0]!] = picked;
    const assets = [first, ...picked].filter(({ partitions }) => partitions === first.partitions).map(({ key }) => key);
    return { ...scenario, jobs: [{ name: "together", assets: [...new Set(assets)], condition: condition.expression }] };
  });

function stepsOf(
  assets: readonly ScenarioAsset[],
  checks: readonly ScenarioCheck[],
  drafts: readonly StepDraft[],
): readonly ScenarioStep[] {
  let atMs = start;
  let runs = 0;
  let keys = 0;
  // Something is in the log before the first evaluation: conditions on tags of runs hold nothing in Dagster as long as it was empty the time before.
  const before = runId(9_999);
  const steps: ScenarioStep[] = [
    { do: "start", atMs: atMs - minutes, run: before, assets: [], partitions: {}, tags: {} },
    { do: "end", atMs: atMs - minutes, run: before, success: true },
    { do: "evaluate", atMs },
  ];
  let open: string | null = null;
  for (const draft of drafts) {
    atMs += draft.afterMs;
    switch (draft.kind) {
      case "evaluate":
        steps.push({ do: "evaluate", atMs });
        break;
      case "add":
        steps.push({ do: "add", atMs, key: `k${(keys += 1)}` });
        break;
      case "check": {
        const [check] = checks;
        if (check === undefined) break;
        steps.push({ do: "check", atMs, run: runId((runs += 1)), asset: check.asset, name: check.name, passed: draft.passed });
        break;
      }
      default: {
        if (open !== null) {
          steps.push({ do: "end", atMs, run: open, success: true });
          open = null;
          break;
        }
        const made = runStep(assets, draft, atMs, keys);
        if (made === null) break;
        const run = runId((runs += 1));
        const tags: Readonly<Record<string, string>> = draft.isTagged ? { who: draft.passed ? "me" : "you" } : {};
        steps.push({ do: "start", atMs, run, ...made, tags });
        if (draft.kind === "running") {
          open = run;
          break;
        }
        if (draft.kind === "run") steps.push({ do: "make", atMs: atMs + 1000, run, ...made, version: draft.version });
        steps.push({ do: "end", atMs: atMs + 2000, run, success: draft.kind === "run" });
      }
    }
  }
  return [...steps, { do: "evaluate", atMs: atMs + minutes }, { do: "evaluate", atMs: atMs + 2 * minutes }];
}

const runId = (count: number): string => `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;

/** Assets with the same partitions, and for each the partition of the time. */
function runStep(
  assets: readonly ScenarioAsset[],
  { picks, at }: StepDraft,
  atMs: number,
  keys: number,
): { readonly assets: readonly string[]; readonly partitions: Readonly<Record<string, string | null>> } | null {
  const picked = picks.flatMap((pick) => assets[pick] ?? []);
  const [first] = picked;
  if (first === undefined || (first.partitions === "dynamic" && keys === 0)) return null;
  const together = picked.filter(({ partitions }) => partitions === first.partitions);
  const partition = partitionAt(first.partitions, atMs, at, keys);
  return {
    assets: together.map(({ key }) => key),
    partitions: Object.fromEntries(together.map(({ key }) => [key, partition])),
  };
}

function partitionAt(partitions: PartitionsName, atMs: number, at: number, keys: number): string | null {
  const hour = 60 * minutes;
  switch (partitions) {
    case null:
      return null;
    case "static":
      return ["x", "y", "z", "x"][at]!;
    case "dynamic":
      return `k${1 + (at % keys)}`;
    case "daily":
      return new Date(atMs - (1 + at) * 24 * hour).toISOString().slice(0, 10);
    case "hourly":
      return `${new Date(atMs - (1 + at) * hour).toISOString().slice(0, 13).replace("T", "-")}:00`;
  }
}
