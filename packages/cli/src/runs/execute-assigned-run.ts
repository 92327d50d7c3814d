import { isFinalRunStatus, isRunId, runId } from "@dagwright/model";
import type { CommandContext } from "../context.ts";
import { RefusedError, UsageError } from "../errors.ts";
import { openInstanceForCommand } from "../instance/open-for-command.ts";
import type { TargetOptions } from "../project-file.ts";
import { resolveTargets } from "../project-target.ts";
import { openLocations, requireLoaded } from "../projects/open-locations.ts";
import { executeHere } from "./execute-here.ts";

/**
 * Executes a run that is written already, as the program of a container, pod or task does.
 *
 * @param fence - the launch claim's, when this process was started for one; null leaves the launch to whoever comes first
 * @returns whether it succeeded
 * @throws UsageError, RefusedError when the run is not waiting for a worker
 */
export async function executeAssignedRun(
  text: string,
  fence: number | null,
  options: TargetOptions,
  context: CommandContext,
): Promise<boolean> {
  if (!isRunId(text)) throw new UsageError(`"${text}" is no run id.`);
  await using instance = await openInstanceForCommand(context);
  const run = await instance.storage.runs.get(runId(text));
  if (isFinalRunStatus(run.status)) throw new RefusedError(`Run ${run.id} has ended already, with ${run.status}.`);
  if (run.status !== "STARTING")
    throw new RefusedError(`Run ${run.id} is ${run.status}; only a run that is STARTING waits for a worker.`);

  const targets = resolveTargets(options, context.directory, context.env).filter(({ kind }) => kind !== "grpc_server");
  const target = targets.length === 1 ? targets[0] : targets.find(({ name }) => name === run.location);
  if (target === undefined)
    throw new UsageError(
      `Run ${run.id} is of code location "${run.location}", which is not among those here. Name its file with -f.`,
    );
  await using opened = await openLocations([target], context);
  const [location] = opened.locations.map(requireLoaded);
  if (location === undefined) throw new TypeError("One target was opened and no location came of it");
  await executeHere({ run, fence, location, context, launcher: "api" });
  return (await instance.storage.runs.get(run.id)).status === "SUCCESS";
}
