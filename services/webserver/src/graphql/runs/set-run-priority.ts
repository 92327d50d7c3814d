import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireRunId } from "./run-or-error.ts";
import { toRun } from "./to-run.ts";

export const runQueueMutations = {
  setRunPriority: oneOf(
    "SetRunPriorityResult",
    async (
      _root,
      { runId, priority }: { readonly runId: string; readonly priority: number },
      { storage, signal }: GraphContext,
    ) => {
      const run = await storage.runs.setPriority(requireRunId(runId), priority, { signal });
      return { __typename: "SetRunPrioritySuccess", run: toRun(run) } as const;
    },
  ),
} satisfies Partial<gql.Mutation>;
