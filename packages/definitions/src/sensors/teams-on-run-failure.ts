import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { MaybePromise } from "../schema.ts";
import { postNotification } from "./post-notification.ts";
import { runFailureText, type RunFailureText } from "./run-failure-text.ts";
import { type RunFailureSensorContext, runFailureSensor } from "./run-status-sensor.ts";
import type { SensorDefinition } from "./sensor-definition.ts";
import { notifyNames, type NotifyOnRunFailureOptions, urlOf } from "./webhook-on-run-failure.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link teamsOnRunFailure} takes beside the name. */
export interface TeamsOnRunFailureOptions extends NotifyOnRunFailureOptions {
  /** Of a workflow "when a Teams webhook request is received". A function reads it at each evaluation. */
  readonly url: string | (() => MaybePromise<string>);
  /** The card's text, in the Markdown of Teams. Default: what failed. */
  readonly text?: (context: RunFailureSensorContext) => MaybePromise<string>;
}

const teamsOptions: OptionNames<TeamsOnRunFailureOptions> = { ...notifyNames, url: true, text: true };

/**
 * A run failure sensor that posts a card into a channel or chat of Microsoft Teams for each run that fails.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function teamsOnRunFailure(name: string, options: TeamsOnRunFailureOptions): SensorDefinition {
  checkOptions(`sensor "${name}"`, options, teamsOptions, teamsOnRunFailure);
  const { url, text, webserverBaseUrl, ...sensorOptions } = options;
  if (typeof url !== "function" && (typeof url !== "string" || !URL.canParse(url)))
    throw new InvalidOptionError(`sensor "${name}"`, "its `url` is none", captureSite(teamsOnRunFailure));
  return runFailureSensor(name, sensorOptions, async (context) => {
    const failure = runFailureText(context, webserverBaseUrl);
    const said = await (text === undefined ? failure.reasons.join("\n\n") : text(context));
    const to = await urlOf(name, url);
    await postNotification(
      { receiver: `The Teams workflow of sensor "${name}"`, url: to, headers: {}, body: cardOf(failure, said) },
      context.signal,
    );
  });
}

/** A message with one adaptive card, which is what workflows of Teams take. */
const cardOf = ({ title, runId, url }: RunFailureText, text: string): object => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", text: title, weight: "Bolder", size: "Medium", wrap: true },
          { type: "TextBlock", text, wrap: true },
          { type: "TextBlock", text: `Run ${runId}`, isSubtle: true, wrap: true },
        ],
        ...(url !== null && { actions: [{ type: "Action.OpenUrl", title: "Open the run", url }] }),
      },
    },
  ],
});
