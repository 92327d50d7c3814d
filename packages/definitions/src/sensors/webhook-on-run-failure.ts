import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { MaybePromise } from "../schema.ts";
import { postNotification } from "./post-notification.ts";
import { runFailureText, slackText } from "./run-failure-text.ts";
import {
  type RunFailureSensorContext,
  runFailureSensor,
  type RunFailureSensorOptions,
  runFailureSensorOptions,
} from "./run-status-sensor.ts";
import type { SensorDefinition } from "./sensor-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What sensors that notify of failed runs take besides what they notify by. */
export interface NotifyOnRunFailureOptions extends Omit<RunFailureSensorOptions, "resources" | "requestJob" | "requestJobs"> {
  /** Where people open the webserver; with it the text links to the run. */
  readonly webserverBaseUrl?: string;
}

const { resources: _, requestJob: _job, requestJobs: _jobs, ...monitoring } = runFailureSensorOptions;
export const notifyNames: OptionNames<NotifyOnRunFailureOptions> = { ...monitoring, webserverBaseUrl: "text" };

/** What {@link webhookOnRunFailure} takes beside the name. */
export interface WebhookOnRunFailureOptions extends NotifyOnRunFailureOptions {
  /** Where to post. A function reads it at each evaluation: `() => process.env["SLACK_WEBHOOK"] ?? ""`. */
  readonly url: string | (() => MaybePromise<string>);
  /** The JSON to post. Default: `{text}`, which Slack, Mattermost and their like show. */
  readonly body?: (context: RunFailureSensorContext) => MaybePromise<unknown>;
  /** Sent with each request, besides the type of its content. */
  readonly headers?: Readonly<Record<string, string>>;
}

const webhookOptions: OptionNames<WebhookOnRunFailureOptions> = { ...notifyNames, url: true, body: true, headers: true };

/**
 * A run failure sensor that posts JSON to a URL for each run that fails. What the other side refuses is tried again, then it fails the tick, which
 * says why; the runs that follow are told of all the same.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function webhookOnRunFailure(name: string, options: WebhookOnRunFailureOptions): SensorDefinition {
  checkOptions(`sensor "${name}"`, options, webhookOptions, webhookOnRunFailure);
  const { url, body, headers = {}, webserverBaseUrl, ...sensorOptions } = options;
  if (typeof url !== "function" && (typeof url !== "string" || !URL.canParse(url)))
    throw new InvalidOptionError(`sensor "${name}"`, "its `url` is none", captureSite(webhookOnRunFailure));
  return runFailureSensor(name, sensorOptions, async (context) => {
    await postNotification(
      {
        receiver: `The webhook of sensor "${name}"`,
        url: await urlOf(name, url),
        headers,
        body: await (body === undefined ? { text: slackText(runFailureText(context, webserverBaseUrl)) } : body(context)),
      },
      context.signal,
    );
  });
}

/** A URL that is known when the sensor is evaluated. @throws InvalidOptionError */
export async function urlOf(name: string, url: string | (() => MaybePromise<string>)): Promise<string> {
  const to = typeof url === "function" ? await url() : url;
  if (!URL.canParse(to)) throw new InvalidOptionError(`sensor "${name}"`, "the function `url` gave none", null);
  return to;
}
