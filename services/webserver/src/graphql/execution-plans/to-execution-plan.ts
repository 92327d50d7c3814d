import { assetKeyToUserString, type ExecutionPlan, type PlannedStep } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

/** A plan as clients draw it: steps that name the steps they wait for. */
export function toExecutionPlan(plan: ExecutionPlan): gql.ExecutionPlan {
  const assets = plan.steps.flatMap(({ outputs }) => outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])));
  const byKey = new Map<string, PlannedStep>(plan.steps.map((step) => [step.key, step]));
  const toStep = (step: PlannedStep): gql.ExecutionStep => ({
    key: step.key,
    kind: kindOf(step, byKey),
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
    assetKeys: assets.map((path) => ({ path })),
    assetCheckKeys: plan.steps.flatMap(({ outputs }) =>
      outputs.flatMap(({ check }) => (check === undefined ? [] : [{ name: check.name, assetKey: { path: check.assetKey } }])),
    ),
    assetSelection: assets.map(assetKeyToUserString),
  };
}

/** What a step waits for decides how many of it there will be. */
function kindOf(step: PlannedStep, byKey: ReadonlyMap<string, PlannedStep>): gql.StepKind {
  const dynamic = step.inputs.filter(({ sources }) =>
    sources.some(
      (source) =>
        source.kind === "step" &&
        byKey.get(source.stepKey)?.outputs.some(({ name, isDynamic }) => name === source.output && isDynamic),
    ),
  );
  if (dynamic.length === 0) return "COMPUTE";
  return dynamic.some(({ isFanIn }) => isFanIn) ? "UNRESOLVED_COLLECT" : "UNRESOLVED_MAPPED";
}
