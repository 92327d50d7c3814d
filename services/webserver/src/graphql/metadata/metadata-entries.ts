import { type CodeReference, type Metadata, type MetadataValue, repositoryName, type TableSchema } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

const smallestInt = -(2n ** 31n);
const largestInt = 2n ** 31n - 1n;

/** Metadata in the order in which it was given. */
export const toMetadataEntries = (metadata: Metadata): gql.MetadataEntry[] =>
  Object.entries(metadata).map(([label, value]) => toMetadataEntry(label, value));

function toMetadataEntry(label: string, value: MetadataValue): gql.MetadataEntry {
  const base = { label, description: null };
  switch (value.type) {
    case "text":
      return { __typename: "TextMetadataEntry", ...base, text: value.text };
    case "md":
      return { __typename: "MarkdownMetadataEntry", ...base, mdStr: value.md };
    case "url":
      return { __typename: "UrlMetadataEntry", ...base, url: value.url };
    case "path":
      return { __typename: "PathMetadataEntry", ...base, path: value.path };
    case "json":
      return { __typename: "JsonMetadataEntry", ...base, jsonString: JSON.stringify(value.json) };
    case "float":
      return { __typename: "FloatMetadataEntry", ...base, floatValue: value.float, floatRepr: String(value.float) };
    case "int":
      return { __typename: "IntMetadataEntry", ...base, intValue: smallInt(value.int), intRepr: value.int };
    case "bool":
      return { __typename: "BoolMetadataEntry", ...base, boolValue: value.bool };
    case "timestamp":
      return { __typename: "TimestampMetadataEntry", ...base, timestamp: value.epochSeconds };
    case "null":
      return { __typename: "NullMetadataEntry", ...base };
    case "asset":
      return { __typename: "AssetMetadataEntry", ...base, assetKey: { path: value.assetKey } };
    case "run":
      return { __typename: "PipelineRunMetadataEntry", ...base, runId: value.runId };
    case "notebook":
      return { __typename: "NotebookMetadataEntry", ...base, path: value.path };
    case "artifact":
      return { __typename: "PythonArtifactMetadataEntry", ...base, module: value.module, name: value.name };
    case "job":
      return {
        __typename: "JobMetadataEntry",
        ...base,
        jobName: value.jobName,
        repositoryName,
        locationName: value.location,
      };
    case "pool":
      return { __typename: "PoolMetadataEntry", ...base, pool: value.pool };
    case "table":
      return {
        __typename: "TableMetadataEntry",
        ...base,
        table: { schema: toTableSchema(value.schema), records: value.records.map((record) => JSON.stringify(record)) },
      };
    case "tableSchema":
      return { __typename: "TableSchemaMetadataEntry", ...base, schema: toTableSchema(value.schema) };
    case "columnLineage":
      return {
        __typename: "TableColumnLineageMetadataEntry",
        ...base,
        lineage: Object.entries(value.columns).map(([columnName, dependencies]) => ({
          columnName,
          columnDeps: dependencies.map(({ assetKey, column }) => ({ assetKey: { path: assetKey }, columnName: column })),
        })),
      };
    case "codeReferences":
      return { __typename: "CodeReferencesMetadataEntry", ...base, codeReferences: value.references.map(toSourceLocation) };
  }
}

const toTableSchema = ({ columns, constraints }: TableSchema): gql.TableSchema => ({
  constraints: { other: constraints },
  columns: columns.map(({ tags, ...column }) => ({
    ...column,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  })),
});

const toSourceLocation = (reference: CodeReference): gql.SourceLocation =>
  reference.kind === "url"
    ? { __typename: "UrlCodeReference", url: reference.url, label: reference.label }
    : { __typename: "LocalFileCodeReference", filePath: reference.path, lineNumber: reference.line, label: reference.label };

/** GraphQL's Int has 32 bits; what is beyond is shown by its text only. */
function smallInt(text: string): number | null {
  const int = BigInt(text);
  return int >= smallestInt && int <= largestInt ? Number(int) : null;
}
