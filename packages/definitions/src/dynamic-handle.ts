import type { InputSource } from "@dagwright/model";
import { captureSite } from "./definition-site.ts";
import { WiringError } from "./errors.ts";
import { type DynamicHandle, type DynamicSource, type Handle, handleTarget, makeHandle } from "./handle.ts";
import { showValue } from "./node-wiring.ts";

type Below = (...args: never[]) => unknown;

interface DynamicHandleOptions {
  readonly composition: object;
  readonly source: Extract<InputSource, { readonly kind: "output" }>;
  readonly label: string;
  /** The output that its values come of, when they are what a mapped node made. */
  readonly over?: DynamicSource;
  /** The output that its node is mapped over, although its own output is dynamic. */
  readonly within?: DynamicSource;
}

/** A handle to map over and to collect. */
export function dynamicHandle({ composition, source, label, over, within }: DynamicHandleOptions): Handle<unknown> {
  const mappedOver = over ?? { node: source.node, output: source.output };
  const unpack = (by: Below): void => {
    if (within === undefined) return;
    throw new WiringError(
      `${label} is dynamic, and "${source.node}" is itself mapped over "${within.node}"; maps do not nest. Collect first`,
      captureSite(by),
    );
  };
  const map = (body: (item: Handle<unknown>) => unknown): unknown => {
    unpack(map);
    const result = body(makeHandle({ composition, source, label: `an item of ${label}`, mappedOver }));
    return mapResult(result, (one) => {
      const target = handleTarget(one);
      if (target?.dynamic !== undefined) return one;
      if (target === undefined || target.composition !== composition || target.source.kind !== "output" || !target.mappedOver)
        throw new WiringError(
          `A function that maps ${label} returned ${target === undefined ? showValue(one) : `${target.label}, which is not mapped over it`}. It may return handles of what it wired to the item`,
          captureSite(map),
        );
      return dynamicHandle({ composition, source: target.source, label: target.label, over: target.mappedOver });
    });
  };
  const collect = (): Handle<unknown> => {
    unpack(collect);
    return makeHandle({
      composition,
      source: { ...source, isCollected: true },
      label: `the list of ${label}`,
      collects: mappedOver,
    });
  };
  const dynamic = { map, collect } as unknown as DynamicHandle<unknown>;
  return makeHandle({ composition, source, label, dynamic, mappedOver });
}

/** Puts something in place of each handle in what a mapping function returned. */
function mapResult(result: unknown, each: (handle: unknown) => unknown): unknown {
  if (result === undefined || result === null) return undefined;
  if (handleTarget(result) !== undefined || typeof result !== "object") return each(result);
  if (Array.isArray(result)) return Object.freeze(result.map(each));
  return Object.freeze(Object.fromEntries(Object.entries(result).map(([name, one]) => [name, each(one)])));
}
