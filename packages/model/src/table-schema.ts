import type { AssetKey } from "./asset-key.ts";
import type { Tags } from "./tags.ts";

/** What holds for a column's values. */
export interface TableColumnConstraints {
  readonly nullable: boolean;
  readonly unique: boolean;
  /** Further constraints in words or code, e.g. `> 0`. */
  readonly other: readonly string[];
}

export interface TableColumn {
  readonly name: string;
  /** As the table's own system calls it, e.g. `string`, `bigint`. */
  readonly type: string;
  readonly description: string | null;
  readonly constraints: TableColumnConstraints;
  readonly tags: Tags;
}

export interface TableSchema {
  readonly columns: readonly TableColumn[];
  /** What holds for the table as a whole, in words or code. */
  readonly constraints: readonly string[];
}

/** One row: a plain value for each column. */
export type TableRecord = Readonly<Record<string, string | number | boolean | null>>;

/** The columns of other assets that a column is made from. */
export type ColumnLineage = Readonly<Record<string, readonly { readonly assetKey: AssetKey; readonly column: string }[]>>;

/** Where the code of something stands. */
export type CodeReference =
  | { readonly kind: "file"; readonly path: string; readonly line: number | null; readonly label: string | null }
  | { readonly kind: "url"; readonly url: string; readonly label: string | null };
