import type { DynamicPartitionsRequest, DynamicPartitionsResult } from "@dagwright/model";
import type { Connection } from "../database/database.ts";
import { addKeysStatement, deleteKeysStatement } from "../partitions/dynamic-key-statements.ts";

/**
 * Makes the changes that ticks ask for, in their transaction. Those of one name keep their order; names are taken in theirs, and what follows one
 * another with the same effect is one statement, so that two commits cannot deadlock over keys that both add.
 *
 * @returns what became of each, in the order of the requests
 */
export async function changeDynamicPartitions(
  transaction: Connection,
  requests: readonly DynamicPartitionsRequest[],
): Promise<readonly DynamicPartitionsResult[]> {
  const results = new Map<DynamicPartitionsRequest, DynamicPartitionsResult>();
  for (const group of groupsOf(requests)) {
    const [{ kind, name }] = group;
    const keys = [...new Set(group.flatMap((request) => request.keys))];
    const statement = kind === "add" ? addKeysStatement(name, keys) : deleteKeysStatement(name, keys);
    const changed = new Set(keys.length === 0 ? [] : (await transaction.rows(statement)).map(({ key }) => key));
    for (const request of group) {
      // Of two that ask for the same, the first has made the change.
      const own = new Set(request.keys.filter((key) => changed.delete(key)));
      results.set(request, { kind, name, keys: [...own], skippedKeys: request.keys.filter((key) => !own.has(key)) });
    }
  }
  return requests.map((request) => results.get(request)!);
}

type Group = [DynamicPartitionsRequest, ...DynamicPartitionsRequest[]];

function groupsOf(requests: readonly DynamicPartitionsRequest[]): readonly Group[] {
  const groups: Group[] = [];
  for (const request of requests.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].name === request.name && last[0].kind === request.kind) last.push(request);
    else groups.push([request]);
  }
  return groups;
}
