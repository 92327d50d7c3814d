import {
  assetKeyToUserString,
  type LogLevel,
  type Metadata,
  type RunLogEntry,
  type StoredEntry,
  type TypeCheck,
} from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { toPythonErrorOrNull, toStepErrorOrNull } from "../errors/python-error.ts";
import { toCheckEvaluation } from "../asset-checks/to-check-execution.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toRunOrError } from "../runs/run-or-error.ts";
import { toStepStats } from "../runs/step-stats.ts";

/** An entry of a run's log, or an asset event from outside any run (then without `runId`). */
export type LogEntrySource = RunLogEntry & { readonly runId: StoredEntry["runId"] | null };

/** An entry of a run's log as GraphQL tells it. */
export function toRunEvent(entry: LogEntrySource): gql.DagsterRunEvent {
  const { runId } = entry;
  const message = {
    runId: runId ?? "",
    message: entry.message,
    timestamp: String(Math.trunc(entry.atMs)),
    level: runId === null ? "INFO" : levelOf(entry),
    stepKey: entry.stepKey,
    solidHandleID: entry.stepKey === null ? null : nodeHandleOf(entry.stepKey),
    eventType: entry.type === "LOG_LINE" ? null : entry.type,
  };
  const ofRun: Pick<gql.RunStartEvent, "pipelineName"> = {
    pipelineName: async (_, { loaders }) => (runId === null ? "" : (await loaders.run.load(runId)).jobName),
  };
  const displayed = (metadata: Metadata = {}, label: string | null = null, description: string | null = null) => ({
    label,
    description,
    metadataEntries: toMetadataEntries(metadata),
  });
  const marked = { markerStart: null, markerEnd: null };
  const ofAsset = (asset: {
    readonly assetKey: readonly string[];
    readonly partition: string | null;
    readonly tags?: Readonly<Record<string, string>>;
  }) => ({
    assetKey: { path: asset.assetKey },
    partition: asset.partition,
    tags: Object.entries(asset.tags ?? {}).map(([key, value]) => ({ key, value })),
    runOrError: toRunOrError(runId),
    stepStats: toStepStats(runId, entry.stepKey),
  });

  switch (entry.type) {
    case "LOG_LINE":
      return { __typename: "LogMessageEvent", ...message };
    case "FRESHNESS_STATE_CHANGE":
      // Told of assets and never in the log of a run; GraphQL has no type of its own for it.
      return { __typename: "LogMessageEvent", ...message };
    case "RUN_ENQUEUED":
      return { __typename: "RunEnqueuedEvent", ...message, ...ofRun };
    case "RUN_DEQUEUED":
      return { __typename: "RunDequeuedEvent", ...message, ...ofRun };
    case "RUN_STARTING":
      return { __typename: "RunStartingEvent", ...message, ...ofRun };
    case "RUN_START":
      return { __typename: "RunStartEvent", ...message, ...ofRun };
    case "RUN_SUCCESS":
      return { __typename: "RunSuccessEvent", ...message, ...ofRun };
    case "RUN_FAILURE":
      return { __typename: "RunFailureEvent", ...message, ...ofRun, error: toPythonErrorOrNull(entry.error) };
    case "RUN_CANCELING":
      return { __typename: "RunCancelingEvent", ...message, ...ofRun };
    case "RUN_CANCELED":
      return { __typename: "RunCanceledEvent", ...message, ...ofRun, error: toPythonErrorOrNull(entry.error) };
    case "STEP_START":
      return { __typename: "ExecutionStepStartEvent", ...message };
    case "STEP_SUCCESS":
      return { __typename: "ExecutionStepSuccessEvent", ...message };
    case "STEP_FAILURE":
      return {
        __typename: "ExecutionStepFailureEvent",
        ...message,
        error: toStepErrorOrNull(entry.error),
        errorSource: entry.errorSource,
        failureMetadata:
          Object.keys(entry.failureMetadata).length === 0
            ? null
            : { __typename: "FailureMetadata", ...displayed(entry.failureMetadata) },
      };
    case "STEP_SKIPPED":
      return { __typename: "ExecutionStepSkippedEvent", ...message };
    case "STEP_UP_FOR_RETRY":
      return {
        __typename: "ExecutionStepUpForRetryEvent",
        ...message,
        error: toStepErrorOrNull(entry.error),
        secondsToWait: entry.secondsToWait,
      };
    case "STEP_RESTARTED":
      return { __typename: "ExecutionStepRestartEvent", ...message };
    case "STEP_WORKER_STARTING":
      return {
        __typename: "StepWorkerStartingEvent",
        ...message,
        ...displayed(entry.metadata),
        ...marked,
        markerStart: "step_process_start",
      };
    case "STEP_WORKER_STARTED":
      return {
        __typename: "StepWorkerStartedEvent",
        ...message,
        ...displayed(entry.metadata),
        ...marked,
        markerEnd: "step_process_start",
      };
    case "STEP_INPUT":
      return {
        __typename: "ExecutionStepInputEvent",
        ...message,
        inputName: entry.inputName,
        typeCheck: toTypeCheck(entry.typeCheck),
      };
    case "STEP_OUTPUT":
      return {
        __typename: "ExecutionStepOutputEvent",
        ...message,
        ...displayed(entry.metadata),
        outputName: entry.outputName,
        typeCheck: toTypeCheck(entry.typeCheck),
      };
    case "HANDLED_OUTPUT":
      return {
        __typename: "HandledOutputEvent",
        ...message,
        ...displayed(entry.metadata),
        outputName: entry.outputName,
        managerKey: entry.managerKey,
      };
    case "LOADED_INPUT":
      return {
        __typename: "LoadedInputEvent",
        ...message,
        ...displayed(entry.metadata),
        inputName: entry.inputName,
        managerKey: entry.managerKey,
        upstreamOutputName: entry.upstreamOutputName,
        upstreamStepKey: entry.upstreamStepKey,
      };
    case "LOGS_CAPTURED":
      return {
        __typename: "LogsCapturedEvent",
        ...message,
        fileKey: entry.fileKey,
        logKey: entry.fileKey,
        stepKeys: entry.stepKeys,
        externalUrl: entry.externalUrl,
        externalStdoutUrl: null,
        externalStderrUrl: null,
        shellCmd: null,
        pid: entry.pid ?? null,
      };
    case "RESOURCE_INIT_STARTED":
      return { __typename: "ResourceInitStartedEvent", ...message, ...displayed(), ...marked, markerStart: "resources" };
    case "RESOURCE_INIT_SUCCESS":
      return {
        __typename: "ResourceInitSuccessEvent",
        ...message,
        ...displayed(entry.metadata),
        ...marked,
        markerEnd: "resources",
      };
    case "RESOURCE_INIT_FAILURE":
      return {
        __typename: "ResourceInitFailureEvent",
        ...message,
        ...displayed(),
        ...marked,
        markerEnd: "resources",
        error: toPythonErrorOrNull(entry.error),
      };
    case "ENGINE_EVENT":
      return {
        __typename: "EngineEvent",
        ...message,
        ...displayed(entry.metadata),
        markerStart: entry.markerStart,
        markerEnd: entry.markerEnd,
        error: toPythonErrorOrNull(entry.error),
      };
    case "HOOK_COMPLETED":
      return { __typename: "HookCompletedEvent", ...message };
    case "HOOK_SKIPPED":
      return { __typename: "HookSkippedEvent", ...message };
    case "HOOK_ERRORED":
      return { __typename: "HookErroredEvent", ...message, error: toPythonErrorOrNull(entry.error) };
    case "ASSET_MATERIALIZATION_PLANNED":
      return {
        __typename: "AssetMaterializationPlannedEvent",
        ...message,
        ...ofRun,
        assetKey: { path: entry.assetKey },
        runOrError: toRunOrError(runId),
      };
    case "ASSET_MATERIALIZATION":
      return {
        __typename: "MaterializationEvent",
        ...message,
        ...displayed(entry.metadata, assetKeyToUserString(entry.assetKey), entry.description),
        ...ofAsset(entry),
        // What a materialization was made from is told by its input data versions.
        assetLineage: [],
      };
    case "ASSET_OBSERVATION":
      return {
        __typename: "ObservationEvent",
        ...message,
        ...displayed(entry.metadata, assetKeyToUserString(entry.assetKey), entry.description),
        ...ofAsset(entry),
      };
    case "ASSET_FAILED_TO_MATERIALIZE":
      return {
        __typename: "FailedToMaterializeEvent",
        ...message,
        ...displayed({}, assetKeyToUserString(entry.assetKey)),
        ...ofAsset(entry),
        materializationFailureType: entry.failureType,
        // Dagster's schema has no reason of its own for an optional output that was not given.
        materializationFailureReason: entry.reason === "SKIPPED_OPTIONAL" ? "UNKNOWN" : entry.reason,
      };
    case "ASSET_CHECK_EVALUATION_PLANNED":
      return {
        __typename: "AssetCheckEvaluationPlannedEvent",
        ...message,
        assetKey: { path: entry.assetKey },
        checkName: entry.checkName,
      };
    case "ASSET_CHECK_EVALUATION":
      return {
        __typename: "AssetCheckEvaluationEvent",
        ...message,
        evaluation: toCheckEvaluation(entry),
      };
  }
}

/** Steps of a dynamic op carry their mapping key in brackets; its node has none. */
const nodeHandleOf = (stepKey: string): string => stepKey.replace(/\[[^\]]*\]$/, "");

const toTypeCheck = (check: TypeCheck): gql.TypeCheck => ({
  __typename: "TypeCheck",
  label: check.label,
  description: check.description,
  metadataEntries: toMetadataEntries(check.metadata),
  success: check.success,
});

/** Failures are errors, what moves the run is information, the rest is detail: the levels by which clients filter. */
function levelOf(entry: RunLogEntry): LogLevel {
  switch (entry.type) {
    case "LOG_LINE":
      return entry.level;
    case "RUN_FAILURE":
    case "STEP_FAILURE":
    case "RESOURCE_INIT_FAILURE":
    case "HOOK_ERRORED":
    case "ASSET_FAILED_TO_MATERIALIZE":
    case "RUN_CANCELED":
      return "ERROR";
    case "ENGINE_EVENT":
      return entry.error === null ? "DEBUG" : "ERROR";
    case "RUN_ENQUEUED":
    case "RUN_DEQUEUED":
    case "RUN_STARTING":
    case "RUN_CANCELING":
      return "INFO";
    default:
      return "DEBUG";
  }
}
