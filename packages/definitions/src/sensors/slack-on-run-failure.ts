import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { MaybePromise } from "../schema.ts";
import { postNotification } from "./post-notification.ts";
import { runFailureText, slackText } from "./run-failure-text.ts";
import { type RunFailureSensorContext, runFailureSensor } from "./run-status-sensor.ts";
import type { SensorDefinition } from "./sensor-definition.ts";
import { notifyNames, type NotifyOnRunFailureOptions } from "./webhook-on-run-failure.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link slackOnRunFailure} takes beside the name. */
export interface SlackOnRunFailureOptions extends NotifyOnRunFailureOptions {
  /** `#alerts`, or a channel's id. The app that the token belongs to must be in it. */
  readonly channel: string;
  /** A bot's token with the scope `chat:write`, read at each evaluation: `() => process.env["SLACK_TOKEN"] ?? ""`. */
  readonly token: () => MaybePromise<string>;
  /** The message. Default: job, run and what failed. */
  readonly text?: (context: RunFailureSensorContext) => MaybePromise<string>;
  /** Blocks, as Slack's Block Kit has them, which are shown instead of the text; that one stays for notifications. */
  readonly blocks?: (context: RunFailureSensorContext) => MaybePromise<readonly unknown[]>;
  /** Default `https://slack.com/api`. */
  readonly apiUrl?: string;
}

const slackOptions: OptionNames<SlackOnRunFailureOptions> = {
  ...notifyNames,
  channel: "text",
  token: true,
  text: true,
  blocks: true,
  apiUrl: "text",
};

/**
 * A run failure sensor that writes into a Slack channel for each run that fails. For a webhook of a channel there is `webhookOnRunFailure`. What Slack
 * refuses fails the tick, which says why.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function slackOnRunFailure(name: string, options: SlackOnRunFailureOptions): SensorDefinition {
  checkOptions(`sensor "${name}"`, options, slackOptions, slackOnRunFailure);
  const { channel, token, text, blocks, apiUrl = "https://slack.com/api", webserverBaseUrl, ...sensorOptions } = options;
  const site = captureSite(slackOnRunFailure);
  if (typeof token !== "function")
    throw new InvalidOptionError(
      `sensor "${name}"`,
      'its `token` must be a function, so that it is in no snapshot: () => process.env["SLACK_TOKEN"] ?? ""',
      site,
    );
  if (!URL.canParse(apiUrl)) throw new InvalidOptionError(`sensor "${name}"`, "its `apiUrl` is none", site);
  return runFailureSensor(name, sensorOptions, async (context) => {
    const body = {
      channel,
      text: await (text === undefined ? slackText(runFailureText(context, webserverBaseUrl)) : text(context)),
      ...(blocks !== undefined && { blocks: await blocks(context) }),
    };
    const request = {
      receiver: `Slack's channel ${channel}`,
      url: `${apiUrl.replace(/\/$/, "")}/chat.postMessage`,
      headers: { authorization: `Bearer ${await token()}` },
      body,
      problemOf,
    };
    await postNotification(request, context.signal);
  });
}

/** Slack answers with success, whatever it made of the message. */
function problemOf(answer: string): string | null {
  try {
    const { ok, error } = JSON.parse(answer) as { readonly ok?: unknown; readonly error?: unknown };
    return ok === true ? null : `Slack answered ${String(error)}`;
  } catch {
    return `its answer is none of Slack's: ${answer.slice(0, 200)}`;
  }
}
