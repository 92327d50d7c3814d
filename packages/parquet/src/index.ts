export { ArrowIOManager } from "./arrow-format.ts";
export type { FileIOManagerOptions } from "./file-io-manager.ts";
export { ParquetIOManager } from "./parquet-format.ts";
