import { chmodSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { FromRunWorker, ToRunWorker } from "../protocol.ts";
import { WorkerSocketError } from "../errors.ts";

/** A line longer than this is no assignment; whoever sends it is disconnected. */
const maxLineLength = 16 * 1024 * 1024;
const farewellMs = 500;

export interface ControlSocketOptions {
  readonly path: string;
  /** What a new connection is told first. */
  readonly greet: () => readonly FromRunWorker[];
  readonly onMessage: (message: ToRunWorker) => void;
  readonly onConnectionCount: (count: number) => void;
}

/** The Unix socket by which fronts reach a run worker. Any number of them may be connected. */
export interface ControlSocket extends AsyncDisposable {
  readonly connections: number;
  broadcast(message: FromRunWorker): void;
}

/**
 * Listens on a Unix socket that only this user may use. Disposing sends what was broadcast, then closes every connection and removes the file.
 *
 * @throws WorkerSocketError when the path cannot be listened on
 */
export async function openControlSocket(options: ControlSocketOptions): Promise<ControlSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    options.onConnectionCount(sockets.size);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      options.onConnectionCount(sockets.size);
    });
    readLines(socket, options.onMessage);
    for (const message of options.greet()) send(socket, message);
  });
  rmSync(options.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new WorkerSocketError(options.path, error)));
    server.listen(options.path, resolve);
  });
  chmodSync(options.path, 0o600);

  return {
    get connections() {
      return sockets.size;
    },
    broadcast(message) {
      for (const socket of sockets) send(socket, message);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.end();
      const impatience = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, farewellMs);
      await closed;
      clearTimeout(impatience);
    },
  };
}

function send(socket: Socket, message: FromRunWorker): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

function readLines(socket: Socket, onMessage: (message: ToRunWorker) => void): void {
  let buffered = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    buffered += chunk;
    for (let end = buffered.indexOf("\n"); end >= 0; end = buffered.indexOf("\n")) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 1);
      const message = parseToRunWorker(line);
      if (message === null) {
        socket.destroy();
        return;
      }
      onMessage(message);
    }
    if (buffered.length > maxLineLength) socket.destroy();
  });
}

/** Null for what is no message of this protocol. Fields that later versions add are kept and ignored. */
export function parseToRunWorker(line: string): ToRunWorker | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const message = value as { type?: unknown; graceMs?: unknown; assignment?: unknown };
  if (message.type === "retire") return { type: "retire" };
  if (message.type === "terminate") {
    return typeof message.graceMs === "number" && message.graceMs >= 0 ? { type: "terminate", graceMs: message.graceMs } : null;
  }
  if (message.type === "execute" && isAssignment(message.assignment)) return value as ToRunWorker;
  return null;
}

function isAssignment(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  const texts = ["runId", "home", "jobSnapshotId", "stdoutFile", "stderrFile"];
  return (
    texts.every((name) => typeof fields[name] === "string") &&
    Number.isInteger(fields["attempt"]) &&
    (fields["fence"] === null || Number.isInteger(fields["fence"])) &&
    isRecord(fields["env"]) &&
    isRecord(fields["worker"])
  );
}

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
