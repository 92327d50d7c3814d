import type { FastifyInstance } from "fastify";

import { AddressInUseError } from "../errors.ts";

/**
 * Opens the port.
 *
 * @returns the address as clients write it
 * @throws AddressInUseError that says by what, where that can be told
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new AddressInUseError(host, port, await whoAnswers(host, port), { cause: error });
  }
  const address = app.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return `http://${shown(host)}:${bound}`;
}

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

/** Everywhere and this machine are both reached as localhost. */
function shown(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::", "::1", ""].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** Asks the program at the port what it is. */
async function whoAnswers(host: string, port: number): Promise<string | null> {
  try {
    const answer = await fetch(`http://${shown(host)}:${port}/server_info`, { signal: AbortSignal.timeout(1_000) });
    const info = (await answer.json()) as Readonly<Record<string, unknown>>;
    if (typeof info["dagwright_version"] === "string")
      return `another Dagwright webserver (version ${info["dagwright_version"]})`;
    if (typeof info["dagster_webserver_version"] === "string")
      return `a Dagster webserver (version ${info["dagster_webserver_version"]})`;
    return "another web server";
  } catch {
    return null;
  }
}
