import type { InputContext, InputManager, PartitionsInputContext } from "./io-manager.ts";
import { checkOptions } from "@dagwright/definitions";
import type { OptionNames } from "@dagwright/model";

/** How many values of one input are loaded at the same time, when nothing else is said. */
const defaultConcurrency = 16;

/** What {@link loadEachPartition} takes. */
export interface LoadEachOptions {
  /** How many are loaded at the same time, at least 1. Default 16. */
  readonly concurrency?: number;
}

const loadEachNames: OptionNames<LoadEachOptions> = { concurrency: true };

/**
 * Loads values of partitions one by one, some of them at the same time: for the `loadPartitions` of managers that keep each as a file or an
 * object. What was never stored is left out; after another error no further one is begun.
 *
 * @param load - loads the value of one; throws a `ValueNotFoundError` when there is none
 * @returns by key, in the order of the keys
 */
export async function loadEachPartition(
  context: PartitionsInputContext,
  load: (context: InputContext) => unknown,
  options: LoadEachOptions = {},
): Promise<ReadonlyMap<string, unknown>> {
  checkOptions("loadEachPartition", options, loadEachNames, loadEachPartition as never);
  const { concurrency = defaultConcurrency } = options;
  const { partitions, ...rest } = context;
  const found: { readonly key: string; readonly value: unknown }[] = [];
  let next = 0;
  let isBroken = false;
  const work = async (): Promise<void> => {
    while (next < partitions.length && !isBroken) {
      const place = next;
      next += 1;
      const partition = partitions[place]!;
      context.signal.throwIfAborted();
      try {
        const value: unknown = await load({ ...rest, partition, address: { ...rest.address, partition: partition.key } });
        found[place] = { key: partition.key, value };
      } catch (error) {
        if (isNotFound(error)) continue;
        isBroken = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(concurrency, partitions.length) }, work));
  const failed = workers.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  // What was not found has left a hole, which `flatMap` skips.
  return new Map(found.flatMap(({ key, value }) => [[key, value] as const]));
}

/** Loads partitions as a manager can: at once, or else one after the other. */
export async function loadPartitions(
  manager: InputManager,
  context: PartitionsInputContext,
): Promise<ReadonlyMap<string, unknown>> {
  if (manager.loadPartitions !== undefined) return await manager.loadPartitions(context);
  return await loadEachPartition(context, (one) => manager.loadInput(one), { concurrency: 1 });
}

/** By structure: a manager may come from another copy of this package. */
const isNotFound = (error: unknown): boolean => error instanceof Error && "kind" in error && error.kind === "ValueNotFoundError";
