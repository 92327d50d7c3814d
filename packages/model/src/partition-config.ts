import type { JsonObject } from "./json.ts";
import type { Tags } from "./tags.ts";

/** What a job's code makes of a partition's key: what its runs are launched with. */
export interface PartitionConfig {
  readonly runConfig: JsonObject;
  readonly tags: Tags;
}
