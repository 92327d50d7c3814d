import { isRunId, runId } from "@dagwright/model";
import { terminateRun } from "@dagwright/workspace";

import { UnauthorizedError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { requirePermission } from "../permissions/mutation-permissions.ts";
import { requireRunId } from "./run-or-error.ts";
import { toRun } from "./to-run.ts";

interface TerminationArgs {
  readonly runId: string;
  readonly terminatePolicy?: gql.TerminateRunPolicy | null | undefined;
}

const terminate = oneOf(
  "TerminateRunResult",
  async (_root, args: TerminationArgs, context: GraphContext): Promise<gql.TerminateRunResult> => {
    const refusal = await refusalOf(args, context);
    if (refusal !== null) return refusal;
    const { storage, launcher } = context;
    const { run, result } = await terminateRun(requireRunId(args.runId), {
      storage,
      terminator: launcher,
      immediately: args.terminatePolicy === "MARK_AS_CANCELED_IMMEDIATELY",
    });
    if (result !== "ended-before") return { __typename: "TerminateRunSuccess", run: toRun(run) };
    return {
      __typename: "TerminateRunFailure",
      run: toRun(run),
      message: `Run ${run.id} could not be terminated due to having status ${run.status}.`,
    };
  },
);

/** As Dagster tells it: of a run that there is, that it was not terminated and why; of one that there is not, only that nobody may. */
async function refusalOf(args: TerminationArgs, context: GraphContext): Promise<gql.TerminateRunResult | null> {
  try {
    await requirePermission("terminateRun", args, context);
    return null;
  } catch (error) {
    const id = runId(args.runId);
    const run = error instanceof UnauthorizedError && isRunId(id) ? await context.loaders.maybeRun.load(id) : null;
    if (run === null) throw error;
    return { __typename: "TerminateRunFailure", run: toRun(run), message: (error as UnauthorizedError).message };
  }
}

export const terminationMutations = {
  terminateRun: terminate,
  terminatePipelineExecution: terminate,
  terminateRuns: oneOf(
    "TerminateRunsResultOrError",
    async (
      root,
      { runIds, terminatePolicy }: { readonly runIds: readonly string[] } & Pick<TerminationArgs, "terminatePolicy">,
      context,
    ) => ({
      __typename: "TerminateRunsResult",
      terminateRunResults: await Promise.all(
        runIds.map(async (each) => terminate(root, { runId: each, terminatePolicy }, context)),
      ),
    }),
  ),
} satisfies Partial<gql.Mutation>;
