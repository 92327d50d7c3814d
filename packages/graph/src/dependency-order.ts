/** What each thing depends on, by id. Ids that are no key of the map are ignored. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/**
 * The ids in an order in which each comes after what it depends on; what is free comes in the order of the map. What lies on or
 * behind a cycle is missing: ask {@link findCycle} when the result is short.
 */
export function topologicalOrder(dependencies: Dependencies): readonly string[] {
  const waitingFor = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [id, all] of dependencies) {
    const known = new Set(all.filter((one) => dependencies.has(one)));
    waitingFor.set(id, known.size);
    for (const one of known) {
      const list = dependents.get(one);
      if (list) list.push(id);
      else dependents.set(one, [id]);
    }
  }
  const order = [...dependencies.keys()].filter((id) => waitingFor.get(id) === 0);
  // The array grows while it is walked.
  for (const id of order) {
    for (const dependent of dependents.get(id) ?? []) {
      const left = waitingFor.get(dependent)! - 1;
      waitingFor.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

/** One cycle, each id depending on the next and the last on the first; null when there is none. */
export function findCycle(dependencies: Dependencies): readonly string[] | null {
  const ordered = new Set(topologicalOrder(dependencies));
  const start = [...dependencies.keys()].find((id) => !ordered.has(id));
  if (start === undefined) return null;
  // Whatever could not be ordered depends on something else that could not: following that must come back to where it was.
  const path: string[] = [];
  const positions = new Map<string, number>();
  let id = start;
  while (!positions.has(id)) {
    positions.set(id, path.length);
    path.push(id);
    id = dependencies.get(id)!.find((one) => dependencies.has(one) && !ordered.has(one))!;
  }
  return path.slice(positions.get(id));
}
