import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Duplex } from "node:stream";

/** What the webserver answers; everything else is the web UI's. */
const ofWebserver =
  /^\/(graphql|server_info|dagit_info|logs\/|download_debug\/|notebook|report_asset_(materialization|observation|check)\/)/;

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

export interface ServedUi extends AsyncDisposable {
  readonly url: string;
  /** Answers of the webserver outside of GraphQL that were refusals, and its requests that broke. */
  readonly refusals: readonly string[];
}

/** Serves the built web UI before a webserver, as Dagster's own webserver does: one origin for both. */
export async function serveUi(ui: string, webserver: string): Promise<ServedUi> {
  const target = new URL(webserver);
  const refusals: string[] = [];
  const server = createServer((incoming, response) => {
    if (ofWebserver.test(incoming.url ?? "")) forward(incoming, response, target, refusals);
    else sendFile(ui, new URL(incoming.url ?? "/", target).pathname, response);
  });
  server.on("upgrade", (incoming, socket, head) => tunnel(incoming, socket, head, target));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusals,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  };
}

function forward(incoming: IncomingMessage, response: ServerResponse, target: URL, refusals: string[]): void {
  const { url = "/", method = "GET", headers } = incoming;
  const outgoing = request({ host: target.hostname, port: target.port, path: url, method, headers }, (answer) => {
    const status = answer.statusCode ?? 502;
    if (status >= 400) refusals.push(`${method} ${url}: ${status}`);
    response.writeHead(status, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", (error) => {
    if (!incoming.destroyed) refusals.push(`${method} ${url}: ${error.message}`);
    response.destroy();
  });
  // A page that is left behind asks no more.
  response.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** Both sockets as they are, from the handshake on. */
function tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer, target: URL): void {
  const lines = incoming.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : []));
  const upstream = connect(Number(target.port), target.hostname, () => {
    upstream.write([`${incoming.method} ${incoming.url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  for (const [end, other] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    end.on("error", () => other.destroy());
    end.on("close", () => other.destroy());
  }
}

/** A file of the build, or the one page that finds its way by the address. */
function sendFile(ui: string, path: string, response: ServerResponse): void {
  const file = join(ui, normalize(decodeURIComponent(path)));
  const isFile = file.startsWith(ui) && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile && !file.endsWith(".html")) {
    response.writeHead(200, { "content-type": mediaTypes[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
    return;
  }
  if (path.startsWith("/_next/")) {
    response.writeHead(404).end();
    return;
  }
  const page = readFileSync(join(ui, "index.html"), "utf8")
    .replaceAll("BUILDTIME_ASSETPREFIX_REPLACE_ME", "")
    .replaceAll("__PATH_PREFIX__", "")
    .replaceAll("__INSTANCE_ID__", "instance")
    .replaceAll('"__TELEMETRY_ENABLED__"', "false")
    .replaceAll("__LIVE_DATA_POLL_RATE__", "2000")
    .replaceAll("NONCE-PLACEHOLDER", randomUUID());
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
}
