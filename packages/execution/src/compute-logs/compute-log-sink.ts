/** Which of a process's two outputs. */
export type LogStream = "stdout" | "stderr";

/** Takes what one step (or a whole run) writes to its stdout and stderr, as it comes. */
export interface ComputeLogWriter {
  write(stream: LogStream, bytes: Uint8Array): void;
  /** Nothing more will come: readers that follow may stop. */
  close(): void | Promise<void>;
}

/** Where compute logs go. */
export interface ComputeLogSink {
  /**
   * Starts or continues the logs of a key.
   *
   * @param logKey - `[run id, "compute_logs", file key]`
   */
  open(logKey: readonly string[]): ComputeLogWriter;
}

/** The log key of a step: one file pair per step of a run, which retries of the step continue. */
export const stepLogKey = (runId: string, fileKey: string): readonly string[] => [runId, "compute_logs", fileKey];
