import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@dagwright/model";

/** How often a request is made before it counts as failed, and how far apart. */
const mostTries = 3;
const firstPauseMs = 500;

/** What somebody is to be told by HTTP. */
export interface Notification {
  /** Who is told, as an error says it. The URL is a secret, so it is not named. */
  readonly receiver: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As JSON. */
  readonly body: unknown;
  /** What is wrong with an answer that has a status of success; null: nothing. Default: nothing ever is. */
  readonly problemOf?: (answer: string) => string | null;
}

interface Problem {
  readonly text: string;
  readonly mayPass: boolean;
}

/**
 * Posts JSON. What the other side refuses for a moment is tried again.
 *
 * @throws NotificationError
 */
export async function postNotification(notification: Notification, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await tryPost(notification, signal);
    if (problem === null) return;
    if (attempt >= mostTries || !problem.mayPass) throw new NotificationError(notification.receiver, problem.text);
    await delay(firstPauseMs * 2 ** (attempt - 1), undefined, { signal });
  }
}

async function tryPost({ url, headers, body, problemOf }: Notification, signal: AbortSignal): Promise<Problem | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
      body: JSON.stringify(body),
      signal,
    });
    const answer = await response.text();
    if (!response.ok)
      return {
        text: `it answered ${response.status}: ${answer.slice(0, 200)}`,
        mayPass: response.status === 429 || response.status >= 500,
      };
    const problem = problemOf?.(answer) ?? null;
    return problem === null ? null : { text: problem, mayPass: false };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { text: `it cannot be reached: ${cause}`, mayPass: true };
  }
}

/** Somebody did not take what was to be told of a run. */
class NotificationError extends DomainError<"NotificationError"> {
  constructor(receiver: string, problem: string) {
    super("NotificationError", `${receiver} was not told: ${problem}`);
  }
}
