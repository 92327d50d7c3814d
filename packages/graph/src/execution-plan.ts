import {
  assetCheckKeyToString,
  assetKeyToString,
  type ExecutionPlan,
  type JobSnapshot,
  type PlannedStep,
  type RunSelection,
} from "@dagwright/model";
import { type MappingKeysOf, markMapped } from "./dynamic-steps.ts";
import { ExecutionPlanError } from "./errors.ts";
import { flattenJob } from "./flatten-job.ts";
import { type GraphParts, withoutUnneeded } from "./graph-subset.ts";
import { resolveKnown, selectSteps, withoutUnmade } from "./select-steps.ts";

/**
 * Flattens a job into steps in an order in which they could run one after the other; ties keep the order of declaration.
 *
 * A step's key is the path of its node, joined by dots (`outer.inner`). With a selection only those steps are planned: an input
 * from a step that is left out is read from storage, as the asset's latest value when the output is an asset, otherwise
 * (it keeps `kind: "step"`) from the run that this one re-executes.
 *
 * Of steps that are mapped over a dynamic output one stands for all, as `name[?]`, until the run has made the output. When the
 * selection leaves out the step that makes it, they are planned one by one, for the keys that are known: `name` and `name[?]`
 * select all of them, `name[key]` one. When no run has made it, such a step is planned once, and has its input from run config.
 *
 * Of graphs that can make some of their assets, the steps are planned that the job's assets, or the selected ones, need.
 *
 * @param mappingKeysOf - what is known of dynamic outputs that an earlier run made; default: there is no earlier run
 * @throws ExecutionPlanError when the selection names what the job does not have or selects nothing, or the snapshot contradicts itself
 */
export function planExecution(
  job: JobSnapshot,
  selection: RunSelection = { stepKeys: null, assetKeys: null },
  mappingKeysOf?: MappingKeysOf,
): ExecutionPlan {
  const selected = selectedSteps(job, selection);
  const plan = { jobName: job.name, executor: job.executor };
  if (isWhole(selection)) return { ...plan, steps: selected };
  const known = mappingKeysOf === undefined ? withoutUnmade(job, selected, selection.stepKeys) : selected;
  return { ...plan, steps: resolveKnown(job, known, selection.stepKeys, mappingKeysOf ?? (() => undefined)) };
}

/** Whether a selection leaves nothing out. */
export const isWhole = ({ stepKeys, assetKeys, checkKeys = null }: RunSelection): boolean =>
  stepKeys === null && assetKeys === null && checkKeys === null;

/**
 * The steps that are selected, in order; of mapped ones those that stand for all, also when the selection names single keys.
 *
 * @throws ExecutionPlanError when the selection names what the job does not have or selects nothing
 */
export function selectedSteps(job: JobSnapshot, selection: RunSelection): readonly PlannedStep[] {
  const { steps, parts } = wholeJob(job);
  return isWhole(selection) ? steps : selectSteps(job, steps, parts, selection);
}

interface WholeJob {
  readonly steps: readonly PlannedStep[];
  readonly parts: GraphParts;
}

/** Of each job once: thousands of assets are one job, and most of its runs make a few of them. */
const wholeJobs = new WeakMap<JobSnapshot, WholeJob>();

function wholeJob(job: JobSnapshot): WholeJob {
  const known = wholeJobs.get(job);
  if (known !== undefined) return known;
  const { steps, parts } = flattenJob(job);
  const wanted = {
    assets: new Set(job.assets.map(({ assetKey }) => assetKeyToString(assetKey))),
    checks: new Set((job.checks ?? []).map(assetCheckKeyToString)),
  };
  const whole = { steps: withoutUnneeded(markMapped(job.name, inTopologicalOrder(job, steps)), parts, wanted), parts };
  wholeJobs.set(job, whole);
  return whole;
}

/** Kahn's algorithm; what became ready first, then what was declared first, comes first. */
function inTopologicalOrder(job: JobSnapshot, steps: readonly PlannedStep[]): PlannedStep[] {
  interface Vertex {
    readonly step: PlannedStep;
    readonly dependents: Vertex[];
    waitingFor: number;
  }
  const vertices = new Map<string, Vertex>(steps.map((step) => [step.key, { step, dependents: [], waitingFor: 0 }]));
  for (const vertex of vertices.values()) {
    for (const key of upstreamKeys(vertex.step)) {
      const upstream = vertices.get(key);
      if (upstream === undefined)
        throw new ExecutionPlanError(job.name, `step "${vertex.step.key}" depends on "${key}", which is not a step`);
      upstream.dependents.push(vertex);
      vertex.waitingFor += 1;
    }
  }
  const order = [...vertices.values()].filter(({ waitingFor }) => waitingFor === 0);
  // The array grows while it is walked: what it hands out frees what comes later.
  for (const { dependents } of order) {
    for (const dependent of dependents) {
      dependent.waitingFor -= 1;
      if (dependent.waitingFor === 0) order.push(dependent);
    }
  }
  if (order.length < vertices.size) {
    const stuck = [...vertices.values()].filter(({ waitingFor }) => waitingFor > 0).map(({ step }) => `"${step.key}"`);
    throw new ExecutionPlanError(job.name, `these steps wait for one another: ${stuck.join(", ")}`);
  }
  return order.map(({ step }) => step);
}

function upstreamKeys(step: PlannedStep): Set<string> {
  const keys = new Set<string>();
  for (const input of step.inputs) for (const source of input.sources) if (source.kind !== "asset") keys.add(source.stepKey);
  return keys;
}
