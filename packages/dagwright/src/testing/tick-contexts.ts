import type { ScheduleContext, SensorContext } from "@dagwright/definitions";
import { type RecordedLine, recordingLogger } from "./recorded-log.ts";

/** What to put into a context for a schedule's function. */
export interface ScheduleContextOptions {
  /** The time for which the tick is due. Default: now. */
  readonly scheduledAt?: Date;
  /** Values of resources, by the property names of the schedule's option `resources`. */
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** Makes a context to call a schedule's function with; what it logs is in `lines`. `evaluateSchedule` calls it for you. */
export function buildScheduleContext(
  options: ScheduleContextOptions = {},
): ScheduleContext<never> & { readonly lines: readonly RecordedLine[] } {
  const { scheduledAt = new Date(), resources = {}, signal = new AbortController().signal } = options;
  // What fits the schedule's option `resources` is its test's to know.
  return { scheduledAt, resources: resources as never, signal, ...recordingLogger() };
}

/** What to put into a context for a sensor's function. */
export interface SensorContextOptions {
  readonly cursor?: string | null;
  readonly lastRunKey?: string | null;
  readonly lastTickAt?: Date | null;
  readonly signal?: AbortSignal;
}

/** Makes a context to call a sensor's function with; `cursor` is what it left, `lines` what it logged. `evaluateSensor` calls it for you. */
export function buildSensorContext(
  options: SensorContextOptions = {},
): SensorContext & { readonly lines: readonly RecordedLine[] } {
  const { lastRunKey = null, lastTickAt = null, signal = new AbortController().signal } = options;
  let { cursor = null } = options;
  return {
    get cursor() {
      return cursor;
    },
    updateCursor(next) {
      cursor = next;
    },
    lastRunKey,
    lastTickAt,
    signal,
    ...recordingLogger(),
  };
}
