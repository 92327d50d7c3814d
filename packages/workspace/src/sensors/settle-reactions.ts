import type {
  AssetEvent,
  DynamicPartitionsRequest,
  EvaluationResult,
  RequestedRunConfig,
  RunId,
  RunReaction,
  RunRequest,
  RunStatus,
  RunStatusChange,
  SerializedError,
} from "@dagwright/model";

/** What an evaluation comes to that looked at several runs, some of which may have failed it. */
export interface SettledReactions extends EvaluationResult {
  /** Runs to which it reacted without a failure. */
  readonly originRunIds?: readonly RunId[];
  /** The status for which it looked at them. */
  readonly originStatus?: RunStatus;
  /** What failed for some of the runs, as one error; the tick then fails, and what was asked for the other runs happens all the same. */
  readonly failure?: SerializedError | null;
  /** When it is due again, if not at its interval. */
  readonly nextAtMs?: number;
  /** For the daemon's health. */
  readonly warning?: Error;
}

/** Most reasons to skip that are told of one tick. */
const mostReasons = 10;

/** Puts the reactions to several runs together. Pure. */
export function settleReactions(
  changes: readonly RunStatusChange[],
  reactions: readonly RunReaction[],
): Omit<SettledReactions, "logs" | "cursor"> {
  const originRunIds: RunId[] = [];
  const failures: { readonly runId: RunId; readonly error: SerializedError }[] = [];
  const runRequests: RunRequest[] = [];
  const configs: (RequestedRunConfig | null)[] = [];
  const reasons: string[] = [];
  const dynamicPartitions: DynamicPartitionsRequest[] = [];
  const assetEvents: AssetEvent[] = [];
  for (const [index, reaction] of reactions.entries()) {
    const runId = changes[index]!.run.id;
    if (reaction.error !== null) {
      failures.push({ runId, error: reaction.error });
      continue;
    }
    for (const [place, request] of reaction.runRequests.entries()) {
      runRequests.push(request);
      configs.push(reaction.configs?.[place] ?? null);
    }
    dynamicPartitions.push(...(reaction.dynamicPartitions ?? []));
    assetEvents.push(...(reaction.assetEvents ?? []));
    if (reaction.skipReason === null) originRunIds.push(runId);
    else reasons.push(reaction.skipReason);
  }
  const skipped = [...new Set(reasons)].slice(0, mostReasons);
  return {
    runRequests,
    configs,
    skipReason: skipped.length === 0 ? null : skipped.join("; "),
    originRunIds,
    failure: failureOf(failures, reactions.length),
    ...(dynamicPartitions.length > 0 && { dynamicPartitions }),
    ...(assetEvents.length > 0 && { assetEvents }),
  };
}

/** The first failure, with its run; of several, how many there are. */
export function failureOf(
  failures: readonly { readonly runId: RunId; readonly error: SerializedError }[],
  of: number,
): SerializedError | null {
  const [first] = failures;
  if (first === undefined) return null;
  const { runId, error } = first;
  const count = failures.length === 1 ? "" : `; ${failures.length} of ${of} runs failed it, this is the first`;
  return { ...error, message: `${error.message} (for run ${runId}${count})` };
}
