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
    const invalid = await checkRunConfig(found, parseRunConfig(runConfigData), context);
    return invalid ?? toExecutionPlan(planExecution(found.job, resolveSelection(found, pipeline)));
  }),
} satisfies Partial<gql.Query>;
