import { setTimeout as delay } from "node:timers/promises";
import type { DaemonName, Known } from "./step.ts";

/** One of the two servers that are compared. */
export interface Server {
  readonly name: string;
  readonly url: string;
  /** Has the daemon make a pass, where it does not by itself. */
  readonly pass: (daemon: DaemonName) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly { readonly message: string; readonly path?: readonly (string | number)[] }[];
}

/** What a server said so far that later operations need. */
export class Memory {
  readonly #values = new Map<string, string>();
  /** Names by value, for normalising. */
  readonly names = new Map<string, string>();

  readonly known: Known = (name) => {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`Nothing was remembered as "${name}"`);
    return value;
  };

  remember(name: string, path: string, data: unknown): void {
    let value: unknown = data;
    for (const part of path.split(".")) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[part];
    if (typeof value !== "string")
      throw new Error(`The answer has no "${path}" to remember as "${name}": ${JSON.stringify(data)}`);
    this.#values.set(name, value);
    // Other ids are made of names and the like, in each by a scheme of its own.
    if (/(runId|backfillId)$/.test(path)) this.names.set(value, name);
  }
}

export async function send(server: Server, query: string, variables: object): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await response.text();
  try {
    const { data = null, errors = [] } = JSON.parse(text) as Partial<Answer>;
    return { status: response.status, data, errors };
  } catch {
    throw new Error(`${server.name} answered ${response.status}: ${text.slice(0, 2000)}`);
  }
}

/** Asks until the answer is as wanted. */
export async function sendUntil(
  server: Server,
  query: string,
  variables: object,
  until: { readonly daemon?: DaemonName; readonly is: (data: unknown) => boolean },
): Promise<Answer> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    if (until.daemon !== undefined) await server.pass(until.daemon);
    const answer = await send(server, query, variables);
    if (answer.errors.length > 0 || until.is(answer.data)) return answer;
    if (Date.now() > deadline)
      throw new Error(
        `${server.name} never answered as waited for; its last answer was ${JSON.stringify(answer).slice(0, 4000)}`,
      );
    await delay(150);
  }
}
