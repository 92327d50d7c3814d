import { setTimeout as delay } from "node:timers/promises";
import { RefusedError, WebserverUnreachableError } from "../errors.ts";
import { endingOf, type ProgressEntry } from "../runs/run-progress.ts";
import { type LogMessage, logMessageFields, toProgressEntry } from "./log-message.ts";
import { subscribeOverWebSocket } from "./subscription.ts";

export type Variables = Readonly<Record<string, unknown>>;

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Told what the server wants known beside its answer. */
  readonly onWarning?: (warning: string) => void;
}

/** Talks GraphQL to a running webserver, as any script would. */
export interface WebserverClient {
  readonly url: string;
  /**
   * @throws WebserverUnreachableError when nothing answers
   * @throws RefusedError when the answer has errors
   */
  query<Data>(query: string, variables?: Variables, options?: QueryOptions): Promise<Data>;
  /**
   * A run's log from its beginning, then live, until the run has ended or the signal aborts. A connection that is lost is made again, and
   * the log goes on where it was.
   *
   * @throws RefusedError when there is no such run
   * @throws WebserverUnreachableError when nothing answers for half a minute
   */
  followRun(runId: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<ProgressEntry>;
}

/** @param url - the webserver's address, e.g. `http://localhost:3000`, path prefix included */
export function createWebserverClient(url: string): WebserverClient {
  const base = url.replace(/\/+$/, "");

  async function query<Data>(text: string, variables: Variables = {}, { signal, onWarning }: QueryOptions = {}): Promise<Data> {
    let response: Response;
    try {
      response = await fetch(`${base}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: text, variables }),
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new WebserverUnreachableError(base, error);
    }
    const body = parseAnswer(await response.text(), response.status, base);
    if (body.errors && body.errors.length > 0) throw new RefusedError(body.errors.map(({ message }) => message).join("\n"));
    for (const warning of body.extensions?.warnings ?? []) onWarning?.(warning);
    return body.data as Data;
  }

  return {
    url: base,
    query,
    async *followRun(runId, { signal } = {}) {
      const socketUrl = `${base.replace(/^http/, "ws")}/graphql`;
      let cursor: string | null = null;
      let awaySinceMs: number | null = null;
      for (;;) {
        try {
          for await (const data of subscribeOverWebSocket(socketUrl, followQuery, { runId, cursor }, signal)) {
            awaySinceMs = null;
            const { pipelineRunLogs } = data as FollowAnswer;
            if (pipelineRunLogs.__typename === "PipelineRunLogsSubscriptionFailure")
              throw new RefusedError(pipelineRunLogs.message);
            ({ cursor } = pipelineRunLogs);
            for (const entry of pipelineRunLogs.messages.map(toProgressEntry)) {
              yield entry;
              if (endingOf(entry.type) !== null) return;
            }
          }
          return;
        } catch (error) {
          // A server that never answered is told at once; one that is away in mid-run is probably being restarted.
          if (!(error instanceof WebserverUnreachableError) || cursor === null) throw error;
          awaySinceMs ??= performance.now();
          if (performance.now() - awaySinceMs > reconnectForMs) throw error;
          await delay(reconnectEveryMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
          if (signal?.aborted) return;
        }
      }
    },
  };
}

const reconnectForMs = 30_000;
const reconnectEveryMs = 500;

const followQuery = `
  subscription Follow($runId: ID!, $cursor: String) {
    pipelineRunLogs(runId: $runId, cursor: $cursor) {
      __typename
      ... on PipelineRunLogsSubscriptionFailure { message }
      ... on PipelineRunLogsSubscriptionSuccess { cursor messages { ${logMessageFields} } }
    }
  }`;

interface FollowAnswer {
  readonly pipelineRunLogs:
    | { readonly __typename: "PipelineRunLogsSubscriptionFailure"; readonly message: string }
    | {
        readonly __typename: "PipelineRunLogsSubscriptionSuccess";
        readonly cursor: string;
        readonly messages: readonly LogMessage[];
      };
}

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly warnings?: readonly string[] };
}

function parseAnswer(text: string, status: number, url: string): GraphQLAnswer {
  try {
    return JSON.parse(text) as GraphQLAnswer;
  } catch (cause) {
    throw new WebserverUnreachableError(
      url,
      new Error(`what answers there is no Dagwright webserver (HTTP ${status})`, { cause }),
    );
  }
}
