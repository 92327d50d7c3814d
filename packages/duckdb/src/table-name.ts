import { createHash } from "node:crypto";
import type { ValueAddress } from "@dagwright/execution";

/** A table of a database. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
  /** As SQL and people read it. */
  readonly sql: string;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const tableName = (schema: string, table: string): TableName => ({
  schema,
  table,
  sql: `${quoted(schema)}.${quoted(table)}`,
});

/**
 * The table of a value. An asset's is named by the last part of its key, in a schema of the parts before it, joined by `/`. An op's output
 * is in a schema of its run.
 *
 * DuckDB takes names for equal that differ in case only, and has no empty ones: what could meet gets a hash.
 */
export function tableOf({ runId, stepKey, outputName, mappingKey, assetKey }: ValueAddress, defaultSchema: string): TableName {
  if (assetKey === null) {
    const parts = [stepKey, outputName, ...(mappingKey === undefined ? [] : [mappingKey])];
    return tableName(`run ${runId}`, `${parts.join("/")} ${hashOf(JSON.stringify(parts))}`);
  }
  const prefix = assetKey.slice(0, -1);
  const schema = prefix.length === 0 ? defaultSchema : prefix.map((part) => safe(part, "/")).join("/");
  return tableName(schema, safe(assetKey.at(-1) ?? ""));
}

/** Names that mean something of their own, or that a joint would make look like others. */
function safe(part: string, joint?: string): string {
  const isPlain =
    part !== "" && !part.includes("\0") && (joint === undefined || !part.includes(joint)) && !part.startsWith("_dagwright");
  return isPlain ? part : `${part.replaceAll("\0", "")} ${hashOf(part)}`;
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
