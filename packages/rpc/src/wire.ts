import { runId, type SerializedError, snapshotId } from "@dagwright/model";
import type { LoadError, LocationState, WorkerEvent } from "./code-location-api.ts";
import { compressJsonSync, decompressJson } from "./compressed-json.ts";
import type { LoadError as WireLoadError, Location, WorkerEvent as WireWorkerEvent } from "./gen/code-location.ts";

/** Between the messages of the proto, where absence is an empty value, and the types that the rest of the code uses. */

export function toLocationMessage(state: LocationState): Location {
  return {
    ...state,
    snapshotId: state.snapshotId ?? "",
    loadError: state.loadError === null ? null : toLoadErrorMessage(state.loadError),
  };
}

export async function fromLocationMessage(message: Location): Promise<LocationState> {
  return {
    ...message,
    snapshotId: message.snapshotId === "" ? null : snapshotId(message.snapshotId),
    loadError: message.loadError === null ? null : await fromLoadErrorMessage(message.loadError),
  };
}

function toLoadErrorMessage({ error, file, line, column }: LoadError): WireLoadError {
  return { error: compressJsonSync(error), file: file ?? "", line: line ?? 0, column: column ?? 0 };
}

async function fromLoadErrorMessage({ error, file, line, column }: WireLoadError): Promise<LoadError> {
  return {
    error: (await decompressJson(error, "a load error")) as SerializedError,
    file: file === "" ? null : file,
    line: line === 0 ? null : line,
    column: column === 0 ? null : column,
  };
}

const noWorkerEvent: WireWorkerEvent = {
  kind: "KIND_UNSPECIFIED",
  runId: "",
  attempt: 0,
  exitCode: 0,
  signal: "",
  stderrTail: "",
  atMs: 0,
};

export function toWorkerEventMessage(event: WorkerEvent): WireWorkerEvent {
  switch (event.kind) {
    case "current":
      return { ...noWorkerEvent, kind: "CURRENT" };
    case "started":
      return { ...noWorkerEvent, ...event, kind: "STARTED" };
    case "exited":
      return { ...event, kind: "EXITED", signal: event.signal ?? "" };
  }
}

/** Null for a kind that a newer server has and this caller does not know. */
export function fromWorkerEventMessage(message: WireWorkerEvent): WorkerEvent | null {
  const { attempt, exitCode, signal, stderrTail, atMs } = message;
  const ofRun = { runId: runId(message.runId), attempt, atMs };
  switch (message.kind) {
    case "CURRENT":
      return { kind: "current" };
    case "STARTED":
      return { kind: "started", ...ofRun };
    case "EXITED":
      return { kind: "exited", ...ofRun, exitCode, signal: signal === "" ? null : signal, stderrTail };
    case "KIND_UNSPECIFIED":
      return null;
    default:
      // Enums evolve; proto-loader hands on the number of a value it does not know.
      return null;
  }
}
