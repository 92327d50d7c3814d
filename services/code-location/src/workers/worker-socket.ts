import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { FromRunWorker, ToRunWorker } from "@dagwright/worker/protocol";

/** The front's end of a run worker's socket: one JSON document per line each way. */
export interface WorkerSocket {
  send(message: ToRunWorker): void;
  close(): void;
}

export interface WorkerSocketListeners {
  readonly onMessage: (message: FromRunWorker) => void;
  readonly onClose: () => void;
}

/** Null when nobody listens there. */
export async function connectWorkerSocket(path: string, listeners: WorkerSocketListeners): Promise<WorkerSocket | null> {
  const socket = connect(path);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  if (!isOpen) return null;
  socket.on("error", () => socket.destroy());
  socket.once("close", listeners.onClose);
  readLines(socket, listeners.onMessage);
  return {
    send: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    close: () => void socket.destroy(),
  };
}

/** Tries until a worker that is starting listens; null when the signal aborts first. */
export async function awaitWorkerSocket(
  path: string,
  listeners: WorkerSocketListeners,
  signal: AbortSignal,
): Promise<WorkerSocket | null> {
  for (let waitMs = 10; !signal.aborted; waitMs = Math.min(waitMs * 1.5, 100)) {
    const socket = await connectWorkerSocket(path, listeners);
    if (socket !== null) return socket;
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** Whether a worker listens there. */
export async function isWorkerReachable(path: string): Promise<boolean> {
  const socket = await connectWorkerSocket(path, { onMessage: () => undefined, onClose: () => undefined });
  socket?.close();
  return socket !== null;
}

function readLines(socket: Socket, onMessage: (message: FromRunWorker) => void): void {
  let buffered = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    const lines = (buffered + text).split("\n");
    buffered = lines.pop() ?? "";
    for (const line of lines) {
      const message = parseLine(line);
      if (message !== null) onMessage(message);
    }
  });
}

/** What a later version says and this one does not know is passed over. */
function parseLine(line: string): FromRunWorker | null {
  try {
    const value = JSON.parse(line) as Partial<FromRunWorker> | null;
    return typeof value?.type === "string" ? (value as FromRunWorker) : null;
  } catch {
    return null;
  }
}
