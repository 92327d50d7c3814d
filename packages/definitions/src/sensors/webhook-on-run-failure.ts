import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@dagwright/model";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { MaybePromise } from "../schema.ts";
import { type RunFailureSensorContext, runFailureSensor, type RunFailureSensorOptions } from "./run-status-sensor.ts";
import type { SensorDefinition } from "./sensor-definition.ts";

/** What {@link webhookOnRunFailure} takes beside the name. */
export interface WebhookOnRunFailureOptions extends Omit<RunFailureSensorOptions, "resources" | "requestJob" | "requestJobs"> {
  /** Where to post. A function reads it at each evaluation: `() => process.env["SLACK_WEBHOOK"] ?? ""`. */
  readonly url: string | (() => MaybePromise<string>);
  /** The JSON to post. Default: `{text}`, which Slack, Mattermost and their like show. */
  readonly body?: (context: RunFailureSensorContext) => MaybePromise<unknown>;
  /** Sent with each request, besides the type of its content. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where people open the webserver; with it the text links to the run. */
  readonly webserverBaseUrl?: string;
}

/** How often one run's request is made before it counts as failed, and how far apart. */
const mostTries = 3;
const firstPauseMs = 500;

/**
 * A run failure sensor that posts JSON to a URL for each run that fails. What the other side refuses is tried again, then it fails the tick, which
 * says why; the runs that follow are told of all the same.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function webhookOnRunFailure(name: string, options: WebhookOnRunFailureOptions): SensorDefinition {
  const { url, body = slackBody(options.webserverBaseUrl), headers = {}, webserverBaseUrl: _, ...sensorOptions } = options;
  if (typeof url !== "function" && (typeof url !== "string" || !URL.canParse(url)))
    throw new InvalidOptionError(`sensor "${name}"`, "its `url` is none", captureSite(webhookOnRunFailure));
  return runFailureSensor(name, sensorOptions, async (context) => {
    const to = typeof url === "function" ? await url() : url;
    if (!URL.canParse(to)) throw new WebhookError(name, "the function `url` gave none");
    const request = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(await body(context)),
    };
    await post(name, to, request, context.signal);
  });
}

async function post(name: string, url: string, request: RequestInit, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await tryPost(url, request, signal);
    if (problem === null) return;
    if (attempt >= mostTries || !problem.mayPass) throw new WebhookError(name, problem.text);
    await delay(firstPauseMs * 2 ** (attempt - 1), undefined, { signal });
  }
}

async function tryPost(
  url: string,
  request: RequestInit,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly mayPass: boolean } | null> {
  try {
    const response = await fetch(url, { ...request, signal });
    const said = (await response.text()).slice(0, 200);
    if (response.ok) return null;
    return { text: `it answered ${response.status}: ${said}`, mayPass: response.status === 429 || response.status >= 500 };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { text: `it cannot be reached: ${cause}`, mayPass: true };
  }
}

/** A webhook did not take what was to be told of a run. The URL is a secret, so it is not named. */
class WebhookError extends DomainError<"WebhookError"> {
  constructor(sensor: string, problem: string) {
    super("WebhookError", `The webhook of sensor "${sensor}" was not told: ${problem}`);
  }
}

const slackBody =
  (webserverBaseUrl: string | undefined) =>
  ({ run, failureEvent, stepFailureEvents }: RunFailureSensorContext): { readonly text: string } => {
    const id = webserverBaseUrl === undefined ? run.id : `<${webserverBaseUrl.replace(/\/$/, "")}/runs/${run.id}|${run.id}>`;
    const steps = stepFailureEvents.map(({ stepKey, error }) => `• ${stepKey}: ${error?.message ?? "failed"}`);
    const why = failureEvent.error?.message ?? failureEvent.message;
    return { text: [`Job "${run.jobName}" of ${run.location} failed in run ${id}.`, why, ...steps].filter(Boolean).join("\n") };
  };
