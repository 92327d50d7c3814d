import type { ExecutionPlan, PlannedStep } from "@dagwright/model";
import type { RunPools } from "./run-queue.ts";

/** The pools of a plan's steps, for the queue; null when no step has one. */
export function poolsOfPlan({ steps }: ExecutionPlan): RunPools | null {
  if (steps.every(({ pool }) => pool === null)) return null;
  const own = new Set<string>(steps.map(({ key }) => key));
  const isRoot = ({ inputs, mappedOver }: PlannedStep): boolean =>
    mappedOver === undefined &&
    inputs.every(({ sources }) => sources.every((source) => source.kind === "asset" || !own.has(source.stepKey)));
  const roots = steps.filter(isRoot);
  const slots: Record<string, number> = {};
  for (const { pool, poolSlots = 1 } of roots) if (pool !== null) slots[pool] = (slots[pool] ?? 0) + poolSlots;
  return {
    all: [...new Set(steps.flatMap(({ pool }) => (pool === null ? [] : [pool])))].sort(),
    roots: slots,
    startsFreely: roots.some(({ pool }) => pool === null),
  };
}
