import { isFinalRunStatus, isRunStatusEvent, type RunLogEntry, runStatusOfEvent, type SerializedError } from "@dagwright/model";

/** The entries that an engine itself writes about the end of its run. */

export const cancelingEntry = (): RunLogEntry => ({
  type: "RUN_CANCELING",
  atMs: Date.now(),
  message: "Sending run termination request.",
  stepKey: null,
});

export const canceledEntry = (name: string): RunLogEntry => ({
  type: "RUN_CANCELED",
  atMs: Date.now(),
  message: `Execution of run ${name} canceled.`,
  stepKey: null,
  error: null,
});

export const failedEntry = (message: string, error: SerializedError): RunLogEntry => ({
  type: "RUN_FAILURE",
  atMs: Date.now(),
  message: `Execution of run failed. ${message}`,
  stepKey: null,
  error,
  reason: "RUN_EXCEPTION",
});

export const isEndOfRun = (entry: RunLogEntry): boolean =>
  isRunStatusEvent(entry) && isFinalRunStatus(runStatusOfEvent[entry.type]);

export const isCancelingEntry = (entry: RunLogEntry): boolean => entry.type === "RUN_CANCELING";
