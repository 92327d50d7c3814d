import type { JsonValue } from "@dagwright/model";
import type { Intervals } from "./subsets/intervals.ts";

/** A span of time in milliseconds since the epoch; its end is no part of it. */
export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * One dimension's keys in order, each with a position. Positions mean something only together with the axis that they come from: those of
 * time windows stay what they are while time goes on, those of lists move when a list changes.
 */
export interface KeyAxis {
  keyAt(position: number): string;
  /** -1 when the axis has no such key. Keys of time that has not come yet have positions too. */
  positionOf(key: string): number;
  /** The window of a position; null when the axis is not one of time. */
  windowAt(position: number): TimeWindow | null;
  /** Whether positions of the other axis mean the same keys here. */
  agreesWith(other: KeyAxis): boolean;
  /** An axis with the keys of both, on which this one's positions stay what they are. */
  joinedWith(other: KeyAxis): KeyAxis;
  /** Positions of another axis, as those of the same keys here; what has none is left out. */
  fromAxis(other: KeyAxis, positions: Intervals): Intervals;
  /** Positions as data that can be read when the axis has changed. */
  toJSON(positions: Intervals): readonly JsonValue[];
  /** @throws TypeError when the data is none that {@link toJSON} wrote */
  fromJSON(data: readonly JsonValue[]): Intervals;
}
