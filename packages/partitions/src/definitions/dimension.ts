import { nearestWord, type PartitionsSnapshot } from "@dagwright/model";
import { InvalidPartitionsError } from "../errors.ts";
import type { KeyAxis } from "../key-axis.ts";
import { keySeparator } from "../key-space.ts";
import type { PartitionsView } from "../partitions-view.ts";
import { KeyListAxis } from "./key-list-axis.ts";
import { checkPartitionKey } from "./partition-key.ts";
import { TimeWindowAxis, type TimeWindowSnapshot } from "./time-window-axis.ts";

/** One dimension of a definition, or all of it when it has only one. */
export interface Dimension {
  /** Null when it is the only one. */
  readonly name: string | null;
  readonly snapshot: Exclude<PartitionsSnapshot, { readonly kind: "multi" }>;
  axisAt(view: PartitionsView): KeyAxis;
  /** How many keys exist: the positions from 0 on. */
  countAt(view: PartitionsView): number;
  /** Why a key is none, and what may have been meant. */
  explain(key: string, view: PartitionsView): { readonly problem: string; readonly suggestions: readonly string[] };
}

/** @throws InvalidPartitionsError when the description makes no sense */
export function dimensionOf(name: string | null, snapshot: PartitionsSnapshot): Dimension {
  switch (snapshot.kind) {
    case "static":
      return staticDimension(name, snapshot);
    case "dynamic":
      return dynamicDimension(name, snapshot);
    case "timeWindow":
      return timeDimension(name, snapshot);
    case "multi":
      throw new InvalidPartitionsError(`Dimension "${name}" has dimensions itself: give them to one multiPartitions({…})`);
    default:
      throw new InvalidPartitionsError(`Nobody knows partitions of the kind ${JSON.stringify(snapshot satisfies never)}`);
  }
}

/** To look at more keys for a similar one would keep whoever waits for the error message waiting. */
const mostCompared = 2_000;

function explainListed(key: string, keys: readonly string[]): { problem: string; suggestions: readonly string[] } {
  const nearest = nearestWord(key, keys.slice(0, mostCompared));
  const [first = "", last = ""] = [keys[0], keys.at(-1)];
  const problem =
    keys.length === 0
      ? "there is none yet"
      : keys.length <= 5
        ? `there is ${keys.map((each) => `"${each}"`).join(", ")}`
        : `there are ${keys.length}, from "${first}" to "${last}"`;
  return { problem, suggestions: nearest === null ? [] : [nearest] };
}

function staticDimension(name: string | null, snapshot: Extract<PartitionsSnapshot, { kind: "static" }>): Dimension {
  const { keys } = snapshot;
  for (const key of keys) checkPartitionKey(key);
  const twice = new Set(keys).size === keys.length ? undefined : keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new InvalidPartitionsError(`The partition key "${twice}" is given twice`);
  const separated = name === null ? undefined : keys.find((key) => key.includes(keySeparator));
  if (separated !== undefined) {
    throw new InvalidPartitionsError(
      `Dimension "${name}" has the key "${separated}": keys of a dimension are joined by "${keySeparator}" and cannot contain it`,
    );
  }
  const axis = KeyListAxis.of(keys, false);
  return { name, snapshot, axisAt: () => axis, countAt: () => keys.length, explain: (key) => explainListed(key, keys) };
}

function dynamicDimension(name: string | null, snapshot: Extract<PartitionsSnapshot, { kind: "dynamic" }>): Dimension {
  if (typeof snapshot.name !== "string" || snapshot.name.trim() === "") {
    throw new InvalidPartitionsError("Dynamic partitions need a name, under which the instance keeps their keys");
  }
  // Keys with the separator in them cannot be part of a longer key.
  const joinable = new WeakMap<readonly string[], readonly string[]>();
  const keysAt = (view: PartitionsView): readonly string[] => {
    const keys = view.dynamicKeys(snapshot.name);
    if (name === null) return keys;
    let usable = joinable.get(keys);
    if (usable === undefined) {
      usable = keys.some((key) => key.includes(keySeparator)) ? keys.filter((key) => !key.includes(keySeparator)) : keys;
      joinable.set(keys, usable);
    }
    return usable;
  };
  return {
    name,
    snapshot,
    axisAt: (view) => KeyListAxis.of(keysAt(view), true),
    countAt: (view) => keysAt(view).length,
    explain: (key, view) => explainListed(key, keysAt(view)),
  };
}

function timeDimension(name: string | null, snapshot: TimeWindowSnapshot): Dimension {
  const axis = timeAxisOf(snapshot);
  return {
    name,
    snapshot,
    axisAt: () => axis,
    countAt: ({ nowMs }) => axis.countAt(nowMs),
    explain(key, { nowMs }) {
      const count = axis.countAt(nowMs);
      if (count === 0) return { problem: "no window has ended yet", suggestions: [] };
      const nearest = axis.nearestTo(key);
      const looks = `a key looks like "${axis.keyAt(0)}" (${snapshot.keyFormat})`;
      if (nearest === null) return { problem: looks, suggestions: [] };
      const last = count === Infinity ? null : axis.keyAt(count - 1);
      const range = last === null ? `keys begin with "${axis.keyAt(0)}"` : `keys go from "${axis.keyAt(0)}" to "${last}"`;
      const isBetween = nearest >= 0 && nearest < count && axis.positionOf(key) === -1;
      const neighbours = [Math.max(0, nearest - 1), nearest].map((position) => axis.keyAt(position));
      return isBetween
        ? { problem: "no window begins then", suggestions: [...new Set(neighbours)] }
        : { problem: range, suggestions: [] };
    },
  };
}

const patterns = new Map<string, TimeWindowAxis>();

/** Axes are kept by what they are made of: many assets share one definition, and read it from snapshots again and again. */
function timeAxisOf(snapshot: TimeWindowSnapshot): TimeWindowAxis {
  const { cron, timeZone, startMs, endMs, keyFormat, endOffset } = snapshot;
  const id = JSON.stringify([cron, timeZone, startMs, endMs, keyFormat, endOffset]);
  let axis = patterns.get(id);
  if (axis === undefined) {
    axis = makeTimeAxis(snapshot);
    if (patterns.size >= 1_000) patterns.clear();
    patterns.set(id, axis);
  }
  return axis;
}

function makeTimeAxis(snapshot: TimeWindowSnapshot): TimeWindowAxis {
  const { cron, timeZone, startMs, endMs, keyFormat, endOffset } = snapshot;
  const owner = `Partitions by "${cron}" in ${timeZone}`;
  if (!Number.isFinite(startMs)) throw new InvalidPartitionsError(`${owner}: their start is no time`);
  if (endMs !== null && !(endMs > startMs)) throw new InvalidPartitionsError(`${owner}: their end has to come after their start`);
  if (!Number.isInteger(endOffset))
    throw new InvalidPartitionsError(`${owner}: endOffset has to be a whole number, not ${endOffset}`);
  try {
    const axis = new TimeWindowAxis(snapshot);
    const [first, second] = [axis.keyAt(0), axis.keyAt(1)];
    if (first === second || axis.positionOf(first) !== 0 || axis.positionOf(second) !== 1) {
      throw new Error(
        `the key format "${keyFormat}" is too coarse: the windows after one another would be "${first}" and "${second}", and keys have to tell them apart`,
      );
    }
    return axis;
  } catch (error) {
    throw new InvalidPartitionsError(`${owner}: ${(error as Error).message}`, { cause: error });
  }
}
