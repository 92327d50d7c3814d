export type { PartitionsView } from "./partitions-view.ts";
