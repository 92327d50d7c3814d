/** Keys of dynamic partitions that a sensor wants added or deleted. */
export interface DynamicPartitionsRequest {
  readonly kind: "add" | "delete";
  /** Of the partitions' definition. */
  readonly name: string;
  readonly keys: readonly string[];
}

/** What became of a request: adding what is there, and deleting what is not, changes nothing. */
export interface DynamicPartitionsResult extends DynamicPartitionsRequest {
  /** Those of the keys for which there was nothing to do. */
  readonly skippedKeys: readonly string[];
}
