import type { TableSchema } from "@dagwright/model";
import { columnSchemaOf } from "../metadata.ts";
import type { AssetCheckDefinition } from "./asset-check.ts";
import { type ReadyMadeCheckOptions, readyMadeChecks, readyMadeNames } from "./ready-made-check.ts";
import { checkOptions } from "../option-names.ts";

/**
 * Checks, named `column_schema_change`, that pass when an asset's last two materializations tell of the same columns, by the metadata
 * `dagster/column_schema` (`metadata.tableSchema`): none added, none removed, none with another type.
 *
 * @returns one definition, of which runs may evaluate a part; put it into `definitions({assetChecks})`
 */
export function buildColumnSchemaChangeChecks(options: ReadyMadeCheckOptions): readonly AssetCheckDefinition[] {
  checkOptions("buildColumnSchemaChangeChecks", options, readyMadeNames, buildColumnSchemaChangeChecks);
  return readyMadeChecks({
    ...options,
    name: "column_schema_change",
    description: "Checks whether there are changes to column schema between the asset's two most recent materializations",
    below: buildColumnSchemaChangeChecks,
    async evaluate(assetKey, { instance }) {
      const [latest, previous] = await instance.materializations(assetKey, { limit: 2 });
      if (latest === undefined || previous === undefined)
        return { passed: true, description: "The asset has been materialized fewer than two times." };
      const after = columnSchemaOf(latest.event.metadata);
      const before = columnSchemaOf(previous.event.metadata);
      if (after === null) return { passed: false, description: "The latest materialization tells of no column schema." };
      if (before === null) return { passed: false, description: "The previous materialization tells of no column schema." };
      const changes = changesBetween(before, after);
      return changes.length === 0
        ? { passed: true, description: "The column schema is the one of the previous materialization." }
        : {
            passed: false,
            description: `The column schema has changed since the previous materialization.\n\n${changes.join("\n\n")}`,
          };
    },
  });
}

function changesBetween(before: TableSchema, after: TableSchema): readonly string[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const names = new Set(after.columns.map(({ name }) => name));
  const added = after.columns.filter(({ name }) => !old.has(name)).map(({ name }) => name);
  const removed = before.columns.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const retyped = after.columns.flatMap(({ name, type }) => {
    const was = old.get(name);
    return was === undefined || was.type === type ? [] : [`- ${name}: ${was.type} -> ${type}`];
  });
  return [
    ...(added.length === 0 ? [] : [`Added columns: ${added.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`Removed columns: ${removed.join(", ")}`]),
    ...(retyped.length === 0 ? [] : [`Changed types:\n${retyped.join("\n")}`]),
  ];
}
