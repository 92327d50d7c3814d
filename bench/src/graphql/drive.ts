import { Agent, request } from "node:http";
import { quantile, type Samples } from "../measuring/samples.ts";

/** One question that both servers are asked. */
export interface Question {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Driven {
  /** Milliseconds from sending to the last byte. */
  readonly samples: Samples;
  readonly perSecond: number;
  readonly bytes: number;
}

/** Sends a question again and again over a number of connections, for so long and at least so many times. */
export async function drive(
  url: string,
  { query, variables }: Question,
  { clients, seconds, atLeast }: { readonly clients: number; readonly seconds: number; readonly atLeast: number },
): Promise<Driven> {
  using agent = disposable(new Agent({ keepAlive: true, maxSockets: clients }));
  const body = Buffer.from(JSON.stringify({ query, variables }));
  const samples: number[] = [];
  let bytes = 0;
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < seconds * 1000 || samples.length < atLeast) {
      const from = performance.now();
      bytes = await post(`${url}/graphql`, body, agent.value);
      samples.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { samples, bytes, perSecond: samples.length / ((performance.now() - startedAt) / 1000) };
}

/** What a server answers, to be looked at before it is measured: errors are quick. */
export async function askOnce(url: string, { name, query, variables }: Question): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  if (response.status !== 200 || errors !== undefined || /"__typename": ?"\w*Error"/.test(text.slice(0, 300)))
    throw new Error(`${url} answers "${name}" with ${response.status} ${text.slice(0, 600)}`);
  return data;
}

export const p95 = ({ samples }: Driven): number => quantile(samples, 0.95);

function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": body.length };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`status ${response.statusCode}`)),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const disposable = (value: Agent): { readonly value: Agent } & Disposable => ({ value, [Symbol.dispose]: () => value.destroy() });
