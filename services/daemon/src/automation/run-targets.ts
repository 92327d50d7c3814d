import { type EntityId, entityIdOf } from "@dagwright/automation";
import type { Run } from "@dagwright/model";
import type { Workspace } from "@dagwright/workspace";

/** The assets and checks that a run is to make or evaluate: those it was asked for, or else all of its job's. */
export function targetsOfRun(run: Run, workspace: Pick<Workspace, "entries">): readonly EntityId[] {
  const { assetKeys, checkKeys } = run.selection;
  const { snapshot } = workspace.entries().find(({ name }) => name === run.location) ?? { snapshot: null };
  const job = snapshot?.jobs.find(({ name }) => name === run.jobName);
  const assets = assetKeys ?? job?.assets.map(({ assetKey }) => assetKey) ?? [];
  const ids = new Set(assets.map(entityIdOf));
  const checks = checkKeys ?? (job?.checks ?? []).filter((check) => assetKeys === null || ids.has(entityIdOf(check.assetKey)));
  return [...ids, ...checks.map(({ assetKey, name }) => entityIdOf({ assetKey, name }))];
}
