import type { Metadata } from "../metadata.ts";
import type { SerializedError } from "../serialized-error.ts";
import type { EventBase } from "./event-base.ts";

/** An I/O manager stored a step's output. The metadata says where it lies; the value itself is never in an event. */
export interface HandledOutputEvent extends EventBase {
  readonly type: "HANDLED_OUTPUT";
  readonly outputName: string;
  readonly managerKey: string;
  readonly metadata: Metadata;
}
/** An I/O manager loaded a step's input. */
export interface LoadedInputEvent extends EventBase {
  readonly type: "LOADED_INPUT";
  readonly inputName: string;
  readonly managerKey: string;
  readonly upstreamOutputName: string | null;
  readonly upstreamStepKey: string | null;
  readonly metadata: Metadata;
}
/** Where a step's (or the run's) stdout and stderr are kept. */
export interface LogsCapturedEvent extends EventBase {
  readonly type: "LOGS_CAPTURED";
  /** The last part of the log key; with the run id it names the two files. */
  readonly fileKey: string;
  /** The steps whose output it holds; empty for the whole run. */
  readonly stepKeys: readonly string[];
  readonly logKey: readonly string[];
  readonly externalUrl: string | null;
  /** Of the process whose output it is, on its machine; runs of older versions do not say. */
  readonly pid?: number;
}
export interface ResourceInitStartedEvent extends EventBase {
  readonly type: "RESOURCE_INIT_STARTED";
  readonly resourceKeys: readonly string[];
}
export interface ResourceInitSuccessEvent extends EventBase {
  readonly type: "RESOURCE_INIT_SUCCESS";
  readonly metadata: Metadata;
}
export interface ResourceInitFailureEvent extends EventBase {
  readonly type: "RESOURCE_INIT_FAILURE";
  readonly error: SerializedError | null;
}
/** Something the engine tells about its own work. Markers bound a span that a Gantt chart draws. */
export interface EngineEvent extends EventBase {
  readonly type: "ENGINE_EVENT";
  readonly error: SerializedError | null;
  readonly metadata: Metadata;
  readonly markerStart: string | null;
  readonly markerEnd: string | null;
}

export type IoEvent =
  | HandledOutputEvent
  | LoadedInputEvent
  | LogsCapturedEvent
  | ResourceInitStartedEvent
  | ResourceInitSuccessEvent
  | ResourceInitFailureEvent
  | EngineEvent;
