import type { AutomationGraph, EntityId } from "@dagwright/automation";
import type { SensorSnapshot } from "@dagwright/model";

/** The assets, checks and jobs whose conditions a sensor of automation evaluates. */
export function automationTargets(
  graph: AutomationGraph,
  { automation }: Pick<SensorSnapshot, "automation">,
): ReadonlySet<EntityId> {
  const selected = graph.select(automation?.selection ?? "*");
  const jobs = new Set(automation?.jobs);
  const targets = [...graph.nodes()].filter(
    ({ id, condition, job }) => condition !== null && (job === null ? selected.has(id) : jobs.has(job.name)),
  );
  return new Set(targets.map(({ id }) => id));
}
