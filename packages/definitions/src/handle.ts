import { type InputSource } from "@dagwright/model";
import { brand, definitionBrand } from "./brand.ts";
import { captureSite } from "./definition-site.ts";
import { AsyncCompositionError, HandleUsedAsValueError } from "./errors.ts";

declare const handleValue: unique symbol;

/**
 * A value that a step will make when the job runs. It can be wired to inputs and nothing else.
 *
 * It is declared as awaitable because a call of an op outside a job gives the value itself, so that `await` types both; and
 * because the compiler then refuses `if (handle)` (TS2801). Awaiting a handle inside a job is an error.
 */
export interface Handle<out T> extends PromiseLike<T> {
  /** Types only. */
  readonly [handleValue]: () => T;
}

/** What a function that is mapped over a dynamic output may return: a handle, a record or list of handles, or nothing. */
export type MapResult = Handle<unknown> | Readonly<Record<string, Handle<unknown>>> | readonly Handle<unknown>[] | void;

/** What comes of mapping: in place of each handle one to map on and to collect. */
export type Mapped<Result> =
  Result extends Handle<infer T>
    ? DynamicHandle<T>
    : Result extends object
      ? { readonly [K in keyof Result]: Result[K] extends Handle<infer T> ? DynamicHandle<T> : Result[K] }
      : Result;

/** The values of a dynamic output, of which a later run will make any number. It is wired by `map` and `collect`. */
export interface DynamicHandle<out T> {
  /**
   * Wires ops that run once for each value: `parts().map((part) => double({part}))`.
   *
   * @param body - runs once, here; gets the handle of one value
   */
  map<Result extends MapResult>(body: (item: Handle<T>) => Result): Mapped<Result>;
  /** The handle of all values as a list, in the order in which they were made. */
  collect(): Handle<T[]>;
}

/** What an input of type `T` can be wired to: a handle, or for lists also several handles (fan-in). */
export type Wire<T> = Handle<T> | (T extends readonly (infer Item)[] ? readonly Handle<Item>[] : never);

/** What a handle stands for. */
export interface HandleTarget {
  /** Identity of the job or graph in which it was made. */
  readonly composition: object;
  readonly source: InputSource;
  /** For people: `the handle of op "a"`. */
  readonly label: string;
  /** How it is unpacked; only dynamic handles have it. */
  readonly dynamic?: DynamicHandle<unknown>;
  /** The dynamic output that it comes of, one value at a time. */
  readonly mappedOver?: DynamicSource;
  /** The dynamic output all whose values it stands for. */
  readonly collects?: DynamicSource;
  /** It carries no value, only an order. */
  readonly isNothing?: true;
}

/** A dynamic output of a node. */
export interface DynamicSource {
  readonly node: string;
  readonly output: string;
}

const targetKey: unique symbol = Symbol.for("dagwright.handle");

/** The handle's target; undefined when the value is no handle. */
export function handleTarget(value: unknown): HandleTarget | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { readonly [targetKey]?: HandleTarget })[targetKey];
}

/** Makes the proxy that stands for a value of a later run, or for any number of them. */
export function makeHandle(target: HandleTarget): Handle<unknown> {
  return new Proxy(Object.freeze({ ...brand("handle"), [targetKey]: target }), traps) as unknown as Handle<unknown>;
}

type ProxyTarget = { readonly [targetKey]: HandleTarget };

function usedAs(target: ProxyTarget, use: string, trap: (...args: never[]) => unknown): never {
  throw new HandleUsedAsValueError(target[targetKey].label, use, captureSite(trap));
}

/*
 * Whatever touches a handle comes through here, except what JavaScript hides from proxies: truthiness, `typeof` and `===`.
 * The first is refused by the compiler, and by reading the composing function (handle-conditions.ts).
 */
const traps: ProxyHandler<ProxyTarget & object> = {
  get(target, property) {
    if (property === targetKey || property === definitionBrand) return Reflect.get(target, property) as unknown;
    const { dynamic } = target[targetKey];
    if (dynamic !== undefined && (property === "map" || property === "collect")) return dynamic[property];
    if (property === "then") throw new AsyncCompositionError(target[targetKey].label, "was awaited", captureSite(traps.get!));
    if (property === Symbol.toPrimitive || property === "valueOf" || property === "toString") {
      return usedAs(target, "used in a template string, a calculation or a comparison", traps.get!);
    }
    if (property === "toJSON") return usedAs(target, "turned into JSON", traps.get!);
    if (property === Symbol.iterator || property === Symbol.asyncIterator) return usedAs(target, "iterated over", traps.get!);
    // Asked by the language itself for its own purposes, e.g. by Object.prototype.toString and Array.prototype.concat.
    if (typeof property === "symbol") return undefined;
    return usedAs(target, `asked for its property "${property}"`, traps.get!);
  },
  has: (target, property) => usedAs(target, `asked whether it has "${String(property)}"`, traps.has!),
  ownKeys: (target) => usedAs(target, "asked for its keys", traps.ownKeys!),
  set: (target, property) => usedAs(target, `given a property "${String(property)}"`, traps.set!),
};
