import { isIP } from "node:net";
import { hostname } from "node:os";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { isLoopback } from "./listen.ts";

export interface HostOptions {
  /** The address to listen on. */
  readonly host: string;
  /** Names by which this server is reached, as clients write them, without a port. */
  readonly allowed: readonly string[];
}

/**
 * Whether a request may have come under the name that its `Host` says. A page of somebody else's site can have its name lead to this machine (DNS
 * rebinding): for the browser this server then is that site, so that its pages may read and send whatever they like, and `Origin` is no stranger's.
 *
 * 1. An address, `localhost`, this machine's own name and names without a dot lead nowhere else: no site on the internet has one.
 * 2. With names given, only those besides.
 * 3. Without, a server that listens on this machine only takes any name but at its own port: that is where a browser that was led astray comes to, and
 *    the port in `Host` is one thing no page can change. A proxy's clients name the proxy's port. One that listens to the network has names that only
 *    others know.
 */
export function mayBeCalled(
  host: string | undefined,
  port: number | undefined,
  { host: listening, allowed }: HostOptions,
): boolean {
  if (host === undefined || host === "") return true;
  const called = nameAndPort(host);
  if (called === null) return false;
  if (isOfThisNetwork(called.name) || allowed.some((name) => plain(name) === called.name)) return true;
  if (allowed.length > 0) return false;
  return !isLoopback(listening) || called.port !== port;
}

/** Answers 403 to what comes under a name that is not this server's, whatever it asks for, before anything looks at it. */
export function refuseOtherNames(app: FastifyInstance, options: HostOptions): void {
  app.addHook("onRequest", async (request, reply) => {
    const { host } = request.headers;
    if (mayBeCalled(host, request.socket.localPort, options)) return;
    await reply.code(403).type("text/plain; charset=utf-8").send(refusal(request));
  });
}

const refusal = ({ headers }: Pick<FastifyRequest, "headers">): string => {
  const name = nameAndPort(headers.host ?? "")?.name ?? "";
  const isName = /^[a-z0-9._-]{1,253}$/.test(name);
  return `Forbidden: ${isName ? `"${name}"` : "what Host says"} is no name of this webserver. Start it with --allowed-host ${isName ? name : "NAME"} when it is to be reached so`;
};

/** No port: the one that `http` has by itself. */
function nameAndPort(host: string): { readonly name: string; readonly port: number } | null {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host.trim());
  if (parts === null) return null;
  return { name: plain(parts[1] ?? ""), port: parts[2] === undefined ? 80 : Number(parts[2]) };
}

/** `Host`s are written in any case, and with a dot at the end by who wants the whole name. */
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

const isOfThisNetwork = (name: string): boolean =>
  isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0 ||
  !name.includes(".") ||
  name.endsWith(".localhost") ||
  name === plain(hostname());
