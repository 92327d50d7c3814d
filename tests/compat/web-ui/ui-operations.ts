import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DocumentNode, type FieldNode, Kind, type OperationDefinitionNode, parse, print, visit } from "graphql";

/** An operation of Dagster's web UI with all fragments that it uses. */
export interface UiOperation {
  readonly name: string;
  readonly definition: OperationDefinitionNode;
  readonly text: string;
}

const template = /\bgql`([^`]*)`/g;
const interpolation = /\$\{[^}]*\}/g;

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** What the web UI asks, out of the sources that its built files' maps carry. */
export function readUiOperations(ui: string): readonly UiOperation[] {
  const definitions = new Map<string, DocumentNode["definitions"][number]>();
  const read = new Set<string>();
  for (const path of globSync("_next/static/chunks/**/*.map", { cwd: ui })) {
    const { sources, sourcesContent = [] } = JSON.parse(readFileSync(join(ui, path), "utf8")) as SourceMap;
    for (const [index, source] of sources.entries()) {
      const content = sourcesContent[index];
      if (content === null || content === undefined || source.includes("node_modules") || read.has(source)) continue;
      read.add(source);
      for (const [, text = ""] of content.matchAll(template)) {
        const graphql = text.replaceAll(interpolation, "");
        if (graphql.trim() === "") continue;
        for (const definition of parse(graphql).definitions) {
          if ("name" in definition && definition.name !== undefined) definitions.set(definition.name.value, definition);
        }
      }
    }
  }
  return [...definitions.values()].flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? [{ name: definition.name?.value ?? "", definition, text: withFragments(definition, definitions) }]
      : [],
  );
}

function withFragments(
  operation: OperationDefinitionNode,
  definitions: ReadonlyMap<string, DocumentNode["definitions"][number]>,
): string {
  const needed = new Map<string, DocumentNode["definitions"][number]>();
  const collect = (definition: DocumentNode["definitions"][number]): void => {
    visit(definition, {
      FragmentSpread({ name: { value } }) {
        const fragment = definitions.get(value);
        if (needed.has(value) || fragment === undefined) return;
        needed.set(value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [operation, ...needed.values()].map((definition) => print(withTypenames(definition))).join("\n");
}

/** As the UI's client sends it: every selection within the operation asks for the name of its type. */
const withTypenames = (definition: DocumentNode["definitions"][number]): DocumentNode["definitions"][number] =>
  visit(definition, {
    SelectionSet(set, _key, parent) {
      if (parent !== undefined && "kind" in parent && parent.kind === Kind.OPERATION_DEFINITION) return undefined;
      const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };
      return { ...set, selections: [...set.selections, typename] };
    },
  });
