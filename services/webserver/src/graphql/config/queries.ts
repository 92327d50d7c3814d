import type { JsonObject } from "@dagwright/model";

import { ModeNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { type FoundJob, requireJob } from "../workspace/find-definitions.ts";
import { toRunConfigInvalid } from "./config-errors.ts";
import { configTypesOf, toConfigType } from "./config-types.ts";
import { defaultYaml } from "./default-yaml.ts";
import { parseRunConfig } from "./parse-run-config.ts";

/** The code location's word on a run config; null when it is valid. */
export async function checkRunConfig(
  { entry, job }: FoundJob,
  runConfig: JsonObject,
  { workspace, signal }: Pick<GraphContext, "workspace" | "signal">,
): Promise<gql.RunConfigValidationInvalid | null> {
  const request = { snapshotId: entry.snapshotId, jobName: job.name, runConfig };
  const validation = await workspace.client(entry.name).validateRunConfig(request, { signal });
  return validation.ok ? null : toRunConfigInvalid(job, runConfig, validation.errors);
}

async function toValidationResult(
  found: FoundJob,
  runConfig: unknown,
  context: GraphContext,
): Promise<gql.PipelineConfigValidationResult> {
  const invalid = await checkRunConfig(found, parseRunConfig(runConfig), context);
  return invalid ?? { __typename: "PipelineConfigValidationValid", pipelineName: found.job.name };
}

/** @throws ModeNotFoundError for any mode but the one that every job has */
export function requireMode(mode: string | null | undefined, jobName: string): void {
  if (mode !== null && mode !== undefined && mode !== "" && mode !== "default") throw new ModeNotFoundError(mode, jobName);
}

export const configQueries = {
  isPipelineConfigValid: oneOf("PipelineConfigValidationResult", async (_root, { pipeline, mode, runConfigData }, context) => {
    const found = requireJob(pipeline, context);
    requireMode(mode, found.job.name);
    return toValidationResult(found, runConfigData, context);
  }),
  runConfigSchemaOrError: oneOf("RunConfigSchemaOrError", (_root, { selector, mode }, context) => {
    const found = requireJob(selector, context);
    const { job } = found;
    requireMode(mode, job.name);
    const types = configTypesOf(job);
    return {
      __typename: "RunConfigSchema",
      rootConfigType: () => toConfigType(job.runConfigType, types),
      allConfigTypes: () => types.all.map(({ key }) => toConfigType(key, types)),
      isRunConfigValid: oneOfField(found),
      rootDefaultYaml: () => defaultYaml(job),
    };
  }),
} satisfies Partial<gql.Query>;

const oneOfField =
  (found: FoundJob) =>
  async (
    { runConfigData }: { readonly runConfigData?: unknown },
    context: GraphContext,
  ): Promise<gql.PipelineConfigValidationResult> => {
    const resolve = oneOf("PipelineConfigValidationResult", (_root, _args: object) =>
      toValidationResult(found, runConfigData, context),
    );
    return resolve(null, {}, context);
  };
