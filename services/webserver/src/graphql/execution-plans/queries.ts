import { planExecution } from "@dagwright/graph";

import type * as gql from "../../gen/types.ts";
import { checkRunConfig, requireMode } from "../config/queries.ts";
import { parseRunConfig } from "../config/parse-run-config.ts";
import { oneOf } from "../errors/one-of.ts";
import { resolveSelection } from "../runs/resolve-selection.ts";
import { requireJob } from "../workspace/find-definitions.ts";
import { toExecutionPlan } from "./to-execution-plan.ts";

export const executionPlanQueries = {
  executionPlanOrError: oneOf("ExecutionPlanOrError", async (_root, { pipeline, mode, runConfigData }, context) => {
    const found = requireJob(pipeline, context);
    requireMode(mode, found.job.name);
    const selection = resolveSelection(found, pipeline);
    const plan = planExecution(found.job, selection);
    const part = { selection, isReexecution: false };
    const invalid = await checkRunConfig(found, part, parseRunConfig(runConfigData), context);
    return invalid ?? toExecutionPlan(plan);
  }),
} satisfies Partial<gql.Query>;
