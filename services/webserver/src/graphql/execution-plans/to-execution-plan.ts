import { assetKeyToUserString, type ExecutionPlan, type JobSnapshot, type PlannedStep } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { readsWhatIsKept } from "./reads-what-is-kept.ts";

/**
 * A plan as clients draw it: steps that name the steps they wait for.
 *
 * @param jobBefore - of a run that goes on with what another one has made: its job
 */
export function toExecutionPlan(plan: ExecutionPlan, jobBefore: (() => Promise<JobSnapshot>) | null = null): gql.ExecutionPlan {
  const assets = plan.steps.flatMap(({ outputs }) => outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])));
  const byKey = new Map<string, PlannedStep>(plan.steps.map((step) => [step.key, step]));
  const toStep = (step: PlannedStep): gql.ExecutionStep => ({
    key: step.key,
    kind: kindOf(step),
    solidHandleID: step.handle.join("."),
    metadata: Object.entries(step.tags).map(([key, value]) => ({ key, value })),
    inputs: step.inputs.map(({ name, sources }) => ({
      name,
      // A step that the plan leaves out has done its work in an earlier run.
      dependsOn: () =>
        sources.flatMap((source) => {
          const upstream = source.kind !== "asset" ? byKey.get(source.stepKey) : undefined;
          return upstream === undefined ? [] : [toStep(upstream)];
        }),
    })),
    outputs: step.outputs.map(({ name }) => ({ name })),
  });
  return {
    __typename: "ExecutionPlan",
    steps: plan.steps.map(toStep),
    artifactsPersisted: async () => plan.steps.length > 0 && (jobBefore === null || readsWhatIsKept(plan, await jobBefore())),
    assetKeys: assets.map((path) => ({ path })),
    assetCheckKeys: plan.steps.flatMap(({ outputs }) =>
      outputs.flatMap(({ check }) => (check === undefined ? [] : [{ name: check.name, assetKey: { path: check.assetKey } }])),
    ),
    assetSelection: assets.map(assetKeyToUserString),
  };
}

/** How many of it there will be is not known before what it waits for has run. */
function kindOf({ mappedOver, inputs }: PlannedStep): gql.StepKind {
  if (mappedOver !== undefined) return "UNRESOLVED_MAPPED";
  const collects = inputs.some(({ sources }) =>
    sources.some((source) => source.kind === "step" && source.collects !== undefined),
  );
  return collects ? "UNRESOLVED_COLLECT" : "COMPUTE";
}
