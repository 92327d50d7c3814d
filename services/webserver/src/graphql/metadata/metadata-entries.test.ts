import type { Metadata } from "@dagwright/model";
import { expect, test } from "vitest";

import { metadata } from "../../testing/run-history.ts";
import { toMetadataEntries } from "./metadata-entries.ts";

const entries = new Map(toMetadataEntries(metadata as Metadata).map((entry) => [entry.label, entry]));
const schema = {
  constraints: { other: ["sorted by day"] },
  columns: [
    {
      name: "day",
      type: "string",
      description: "A day",
      constraints: { nullable: false, unique: true, other: [] },
      tags: [{ key: "pii", value: "no" }],
    },
    { name: "cents", type: "int", description: null, constraints: { nullable: true, unique: false, other: [">= 0"] }, tags: [] },
  ],
};

test.each([
  ["rows", { __typename: "IntMetadataEntry", intValue: null, intRepr: "9007199254740993" }],
  ["ratio", { __typename: "FloatMetadataEntry", floatValue: 0.5, floatRepr: "0.5" }],
  ["note", { __typename: "MarkdownMetadataEntry", mdStr: "**good**" }],
  ["raw", { __typename: "JsonMetadataEntry", jsonString: '{"a":[1]}' }],
  ["place", { __typename: "PathMetadataEntry", path: "/data/x" }],
  ["page", { __typename: "UrlMetadataEntry", url: "https://example.org" }],
  ["text", { __typename: "TextMetadataEntry", text: "plain" }],
  ["yes", { __typename: "BoolMetadataEntry", boolValue: true }],
  ["when", { __typename: "TimestampMetadataEntry", timestamp: 1_700_000_000 }],
  ["nothing", { __typename: "NullMetadataEntry" }],
  ["upstream", { __typename: "AssetMetadataEntry", assetKey: { path: ["generated_numbers"] } }],
  ["by", { __typename: "PipelineRunMetadataEntry", runId: "0198c0de-0000-7000-8000-000000000001" }],
  ["analysis", { __typename: "NotebookMetadataEntry", path: "/data/x.ipynb" }],
  ["origin", { __typename: "PythonArtifactMetadataEntry", module: "./numbers.ts", name: "numbers" }],
  [
    "followed",
    { __typename: "JobMetadataEntry", jobName: "process_numbers", repositoryName: "__repository__", locationName: "numbers" },
  ],
  ["slots", { __typename: "PoolMetadataEntry", pool: "database" }],
  ["shape", { __typename: "TableSchemaMetadataEntry", schema }],
  [
    "preview",
    {
      __typename: "TableMetadataEntry",
      table: { schema, records: ['{"day":"2026-01-01","cents":3}', '{"day":"2026-01-02","cents":null}'] },
    },
  ],
  [
    "lineage",
    {
      __typename: "TableColumnLineageMetadataEntry",
      lineage: [
        { columnName: "cents", columnDeps: [{ assetKey: { path: ["generated_numbers"] }, columnName: "n" }] },
        { columnName: "day", columnDeps: [] },
      ],
    },
  ],
  [
    "code",
    {
      __typename: "CodeReferencesMetadataEntry",
      codeReferences: [
        { __typename: "LocalFileCodeReference", filePath: "/project/src/definitions.ts", lineNumber: 3, label: null },
        { __typename: "UrlCodeReference", url: "https://example.org/definitions.ts", label: "definitions" },
      ],
    },
  ],
])("%s is told as Dagster tells it", (label, expected) => {
  expect(entries.get(label)).toEqual({ label, description: null, ...expected });
});
