import { closeSync, readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { openControlSocket } from "./control-socket.ts";
import type { EngineData, FromEngine, ToEngine } from "./engine-messages.ts";
import type { RunWorkerSettings } from "../protocol.ts";
import { InstanceConnector } from "./instance-connection.ts";
import { beginPatienceMs } from "./database-calls.ts";
import { log } from "./engine-log.ts";
import { RunEngine } from "./run-engine.ts";
import { shrinkHeap } from "../process/shrink-heap.ts";

/** A worker that has no run by then will probably wait for long, and may do so with less memory. */
const idleBeforeShrinkMs = 200;

/** Runs an engine in this thread, between the main thread's port and the socket. */
export async function runEngineThread(data: EngineData): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("the engine runs in a thread, not in a process of its own");
  const connector = new InstanceConnector({
    log,
    patienceMs: beginPatienceMs,
    known: data.settingsFd === null ? null : readSettings(data.settingsFd),
    onRead: (settings) => engine.presence.tellSettings(settings),
  });
  const engine = new RunEngine({ data, tellMain: (message: FromEngine) => port.postMessage(message), connector });
  port.on("message", (message: ToEngine) => engine.hearMain(message));
  if (data.home !== null) connector.warm(data.home, data.env);
  void connector.warmed().then(() => setTimeout(() => engine.isWaiting && shrinkHeap(), idleBeforeShrinkMs));
  if (data.socket === null) return;
  engine.presence.serve(
    await openControlSocket({
      path: data.socket,
      greet: () => engine.presence.greeting(),
      onMessage: (message) => engine.hearFront(message),
      onConnectionCount: (count) => engine.presence.watchIdleness(count),
    }),
  );
}

/** What the front has written before this thread was there; null when it cannot be read, and then this worker reads them itself. */
function readSettings(fd: number): RunWorkerSettings | null {
  try {
    const text = readFileSync(fd, "utf8");
    closeSync(fd);
    return text === "" ? null : (JSON.parse(text) as RunWorkerSettings);
  } catch {
    return null;
  }
}
