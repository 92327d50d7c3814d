import { isWhole, runConfigTypeOfPart, SelectedPart } from "@dagwright/graph";
import type { JobSnapshot, JsonObject, RunConfigError, RunConfigPart } from "@dagwright/model";

import { ModeNotFoundError, RunConfigTextError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { resolveSelection } from "../runs/resolve-selection.ts";
import { type FoundJob, requireJob } from "../workspace/find-definitions.ts";
import { toRunConfigInvalid } from "./config-errors.ts";
import { configTypesOf, toConfigType } from "./config-types.ts";
import { defaultYaml } from "./default-yaml.ts";
import { parseRunConfig } from "./parse-run-config.ts";

/** The code location's word on a run config for a part of a job; null when it is valid. */
export async function checkRunConfig(
  { entry, job }: FoundJob,
  part: RunConfigPart,
  runConfig: JsonObject,
  { workspace, signal }: Pick<GraphContext, "workspace" | "signal">,
): Promise<gql.RunConfigValidationInvalid | null> {
  const request = { snapshotId: entry.snapshotId, jobName: job.name, runConfig, part };
  const validation = await workspace.client(entry.name).validateRunConfig(request, { signal });
  return validation.ok ? null : toRunConfigInvalid(typesOfPart(job, part), runConfig, validation.errors);
}

/** The job with the config types that it has for a part of it. */
export function typesOfPart(job: JobSnapshot, part: RunConfigPart): JobSnapshot {
  return isWhole(part.selection) ? job : { ...job, ...runConfigTypeOfPart(job, new SelectedPart(job, part)) };
}

/** What a selector chooses of its job, for a run that re-executes no other. */
const partOf = (found: FoundJob, selector: gql.PipelineSelector): RunConfigPart => ({
  selection: resolveSelection(found, selector),
  isReexecution: false,
});

async function toValidationResult(
  found: FoundJob,
  part: RunConfigPart,
  runConfig: unknown,
  context: GraphContext,
): Promise<gql.PipelineConfigValidationResult> {
  const parsed = parsedOrProblem(runConfig);
  if (parsed instanceof RunConfigTextError) {
    // To an editor that asks after each key it is one more thing that is not right yet.
    const problem: RunConfigError = { path: [], reason: "RUNTIME_TYPE_MISMATCH", message: parsed.message, fieldName: null };
    return toRunConfigInvalid(typesOfPart(found.job, part), runConfig, [problem]);
  }
  const invalid = await checkRunConfig(found, part, parsed, context);
  return invalid ?? { __typename: "PipelineConfigValidationValid", pipelineName: found.job.name };
}

function parsedOrProblem(runConfig: unknown): JsonObject | RunConfigTextError {
  try {
    return parseRunConfig(runConfig);
  } catch (error) {
    if (error instanceof RunConfigTextError) return error;
    throw error;
  }
}

/** @throws ModeNotFoundError for any mode but the one that every job has */
export function requireMode(mode: string | null | undefined, jobName: string): void {
  if (mode !== null && mode !== undefined && mode !== "" && mode !== "default") throw new ModeNotFoundError(mode, jobName);
}

export const configQueries = {
  isPipelineConfigValid: oneOf("PipelineConfigValidationResult", async (_root, { pipeline, mode, runConfigData }, context) => {
    const found = requireJob(pipeline, context);
    requireMode(mode, found.job.name);
    return toValidationResult(found, partOf(found, pipeline), runConfigData, context);
  }),
  runConfigSchemaOrError: oneOf("RunConfigSchemaOrError", (_root, { selector, mode }, context) => {
    const found = requireJob(selector, context);
    requireMode(mode, found.job.name);
    const part = partOf(found, selector);
    const job = typesOfPart(found.job, part);
    const types = configTypesOf(job);
    return {
      __typename: "RunConfigSchema",
      rootConfigType: () => toConfigType(job.runConfigType, types),
      allConfigTypes: () => types.all.map(({ key }) => toConfigType(key, types)),
      isRunConfigValid: oneOfField(found, part),
      rootDefaultYaml: () => defaultYaml(job),
    };
  }),
} satisfies Partial<gql.Query>;

const oneOfField =
  (found: FoundJob, part: RunConfigPart) =>
  async (
    { runConfigData }: { readonly runConfigData?: unknown },
    context: GraphContext,
  ): Promise<gql.PipelineConfigValidationResult> => {
    const resolve = oneOf("PipelineConfigValidationResult", (_root, _args: object) =>
      toValidationResult(found, part, runConfigData, context),
    );
    return resolve(null, {}, context);
  };
