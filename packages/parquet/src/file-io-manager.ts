import { join, resolve } from "node:path";
import {
  type InputContext,
  type IoManager,
  loadEachPartition,
  type OutputContext,
  type PartitionsInputContext,
  readStored,
  rowsMetadata,
  rowsOf,
  storeFile,
  type TableColumn,
  type TableRows,
  tableRows,
  type ValueAddress,
  ValueNotStorableError,
  valuePath,
} from "@dagwright/execution";

export interface FileIOManagerOptions {
  /** Directory below which files lie; made when the first is stored. Relative to the working directory. */
  readonly baseDir: string;
}

/** What was read of a file. */
export interface ReadRows {
  readonly rowCount: number;
  readonly columns: readonly Pick<TableColumn, "name" | "values">[];
}

/** A format for files of rows. */
export interface RowsFormat {
  /** With its dot. */
  readonly extension: string;
  write(rows: TableRows): Uint8Array;
  read(bytes: Uint8Array): ReadRows | Promise<ReadRows>;
}

/**
 * Keeps lists of records as files of one format, under the paths that the default I/O manager uses, with the format's ending. A file is
 * written under another name and renamed: readers find the old one or the new one, whoever writes and whoever is killed.
 */
export abstract class FileIOManager implements IoManager {
  readonly #baseDir: string;
  readonly #format: RowsFormat;

  constructor({ baseDir }: FileIOManagerOptions, format: RowsFormat) {
    this.#baseDir = resolve(baseDir);
    this.#format = format;
  }

  async handleOutput({ address, addMetadata }: OutputContext, value: unknown): Promise<void> {
    const rows = tableRows(value);
    checkBigints(rows);
    const path = this.#pathOf(address);
    const bytes = this.#format.write(rows);
    addMetadata({ path: { type: "path", path }, "dagster/size_bytes": bytes.byteLength, ...rowsMetadata(rows) });
    await storeFile(path, [bytes]);
  }

  async loadInput({ address, signal, addMetadata }: InputContext): Promise<readonly unknown[]> {
    const path = this.#pathOf(address);
    addMetadata({ path: { type: "path", path } });
    return await this.#read(address, path, signal);
  }

  loadPartitions(context: PartitionsInputContext): Promise<ReadonlyMap<string, unknown>> {
    return loadEachPartition(context, ({ address, signal }) => this.#read(address, this.#pathOf(address), signal));
  }

  async #read(address: ValueAddress, path: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const { rowCount, columns } = await this.#format.read(await readStored(address, path, signal));
    return rowsOf(rowCount, columns);
  }

  #pathOf(address: ValueAddress): string {
    return join(this.#baseDir, ...valuePath(address, this.#format.extension));
  }
}

/** @throws ValueNotStorableError for bigints of more than 64 bits */
function checkBigints({ columns }: TableRows): void {
  for (const { name, kind, values } of columns) {
    if (kind !== "bigint") continue;
    const index = values.findIndex((value) => value !== null && BigInt.asIntN(64, value as bigint) !== value);
    if (index !== -1) throw new ValueNotStorableError(`$[${index}].${name}`, "is a bigint of more than 64 bits");
  }
}
