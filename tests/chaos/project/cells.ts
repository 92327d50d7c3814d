/** The partitions that backfills ask for. */
export const cells = ["a", "b", "c", "d", "e"] as const;
