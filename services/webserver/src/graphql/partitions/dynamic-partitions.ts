import type { PartitionsSnapshot } from "@dagwright/model";
import { checkPartitionKey } from "@dagwright/partitions";

import { DuplicateDynamicPartitionError, DynamicPartitionsNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { type LoadedLocation, requireRepository } from "../workspace/find-definitions.ts";

const uses = (snapshot: PartitionsSnapshot | undefined, name: string): boolean =>
  snapshot?.kind === "dynamic"
    ? snapshot.name === name
    : snapshot?.kind === "multi" && snapshot.dimensions.some(({ partitions }) => uses(partitions, name));

/** @throws DynamicPartitionsNotFoundError when nothing in the location has these partitions */
function requireUse({ entry, snapshot }: LoadedLocation, name: string): void {
  const isUsed = [...snapshot.assets, ...snapshot.jobs].some(({ partitions }) => uses(partitions, name));
  if (!isUsed) throw new DynamicPartitionsNotFoundError(entry.name, name);
}

export const dynamicPartitionMutations = {
  addDynamicPartition: oneOf(
    "AddDynamicPartitionResult",
    async (_root, { partitionKey, partitionsDefName, repositorySelector }, context) => {
      requireUse(requireRepository(repositorySelector, context), partitionsDefName);
      checkPartitionKey(partitionKey);
      const { dynamicPartitions } = context.storage;
      const added = await dynamicPartitions.add(partitionsDefName, [partitionKey], { signal: context.signal });
      if (added.length === 0) throw new DuplicateDynamicPartitionError(partitionsDefName, partitionKey);
      return { __typename: "AddDynamicPartitionSuccess", partitionsDefName, partitionKey };
    },
  ),
  deleteDynamicPartitions: oneOf(
    "DeleteDynamicPartitionsResult",
    async (_root, { partitionKeys, partitionsDefName, repositorySelector, wipeMaterializations }, context) => {
      const { storage, signal } = context;
      const location = requireRepository(repositorySelector, context);
      requireUse(location, partitionsDefName);
      await storage.dynamicPartitions.delete(partitionsDefName, partitionKeys, { signal });
      if (wipeMaterializations === true) {
        for (const { key, partitions } of location.snapshot.assets) {
          if (partitions?.kind === "dynamic" && partitions.name === partitionsDefName)
            await storage.assets.wipePartitions(key, partitionKeys, { signal });
        }
      }
      return { __typename: "DeleteDynamicPartitionsSuccess", partitionsDefName };
    },
  ),
} satisfies Partial<gql.Mutation>;
