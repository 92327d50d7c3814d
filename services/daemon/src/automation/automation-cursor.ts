import type { EntityId } from "@dagwright/automation";
import type { StreamCursor } from "@dagwright/storage";

/** Conditions that could not be evaluated, and behind which place of the stream all is still news to them. */
export interface LeftBehind {
  readonly stream: StreamCursor;
  readonly entities: readonly EntityId[];
}

/** How far a sensor of automation has got; kept as the sensor's cursor. */
export interface AutomationCursor {
  readonly stream: StreamCursor;
  /** What the code was that conditions, code versions and partitions came from. */
  readonly code: string;
  /** When it was evaluated. */
  readonly atMs: number;
  /** Equal as long as the keys of dynamic partitions are, by name. */
  readonly dynamicPartitions: Readonly<Record<string, string>>;
  /** What backfills were still to make, by asset; equal as long as it is. */
  readonly backfills: Readonly<Record<string, string>>;
  /** Absent: none. */
  readonly behind?: readonly LeftBehind[];
}

/** Reads what {@link formatCursor} wrote; null for a sensor that was never evaluated, and for text that somebody else has put there. */
export function parseCursor(text: string | null): AutomationCursor | null {
  if (text === null) return null;
  try {
    const { stream, code, atMs, dynamicPartitions, backfills, behind } = JSON.parse(text) as Partial<AutomationCursor>;
    return typeof stream === "string" && typeof code === "string" && typeof atMs === "number"
      ? {
          stream,
          code,
          atMs,
          dynamicPartitions: dynamicPartitions ?? {},
          backfills: backfills ?? {},
          ...(behind !== undefined && { behind }),
        }
      : null;
  } catch {
    return null;
  }
}

export const formatCursor = (cursor: AutomationCursor): string => JSON.stringify(cursor);
