/** What the keys of a partitions definition depend on beside the definition. */
export interface PartitionsView {
  /** Milliseconds since the epoch: time windows that have not ended by then do not exist yet. */
  readonly nowMs: number;
  /**
   * The keys that were added under the name of a dynamic definition, in the order in which they were added. Never change a list that was given
   * out: it is indexed once. While no key comes or goes, giving the same list again saves indexing it again.
   */
  dynamicKeys(name: string): readonly string[];
}
