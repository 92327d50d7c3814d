import type { RunFailureSensorContext } from "./run-status-sensor.ts";

/** A run's failure in words, for whatever shows them to people. */
export interface RunFailureText {
  /** One line. */
  readonly title: string;
  readonly runId: string;
  /** Of the run's page; null where nobody said where the webserver is. */
  readonly url: string | null;
  /** What failed, a line each. */
  readonly reasons: readonly string[];
}

/** @param webserverBaseUrl - where people open the webserver */
export function runFailureText(
  { run, failureEvent, stepFailureEvents }: Pick<RunFailureSensorContext, "run" | "failureEvent" | "stepFailureEvents">,
  webserverBaseUrl?: string,
): RunFailureText {
  return {
    title: `Job "${run.jobName}" of ${run.location} failed`,
    runId: run.id,
    url: webserverBaseUrl === undefined ? null : `${webserverBaseUrl.replace(/\/$/, "")}/runs/${run.id}`,
    reasons: [
      failureEvent.error?.message ?? failureEvent.message,
      ...stepFailureEvents.map(({ stepKey, error }) => `• ${stepKey}: ${error?.message ?? "failed"}`),
    ].filter((line) => line !== ""),
  };
}

/** As Slack and its like mark text up. */
export const slackText = ({ title, runId, url, reasons }: RunFailureText): string =>
  [`${title} in run ${url === null ? runId : `<${url}|${runId}>`}.`, ...reasons].join("\n");
