import { terminateRun } from "@dagwright/workspace";

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
    await requirePermission("terminateRun", args, context);
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
      terminateRunResults: await Promise.all(runIds.map(async (runId) => terminate(root, { runId, terminatePolicy }, context))),
    }),
  ),
} satisfies Partial<gql.Mutation>;
