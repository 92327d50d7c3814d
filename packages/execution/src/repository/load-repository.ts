import { pathToFileURL } from "node:url";
import {
  buildRepository,
  explainImportFailure,
  findDefinitions,
  NotDefinitionsError,
  type Repository,
} from "@dagwright/definitions";
import type { EntryModule } from "../step-worker/step-worker-options.ts";

export interface LoadRepositoryOptions extends EntryModule {
  /** The user's own file, for messages, where `entryFile` is a copy of it. Default: where the definitions say they were made. */
  readonly sourceFile?: string;
  /** Whether an evaluator has loaded the same code before; see `BuildRepositoryOptions`. Default false. */
  readonly isChecked?: boolean;
}

/**
 * Imports a code location's entry module, finds its definitions and resolves them. Every program that runs user code loads it so.
 *
 * @throws whatever the module throws while it is imported, CircularImportError for modules that import one another too early; NotDefinitionsError when it exports no definitions; a DefinitionError
 * for each thing that is wrong in them
 */
export async function loadRepository({
  entryFile,
  attribute = "default",
  sourceFile,
  isChecked = false,
}: LoadRepositoryOptions): Promise<Repository> {
  const imported = import(pathToFileURL(entryFile).href).catch((thrown: unknown) => {
    throw explainImportFailure(thrown);
  });
  const exports = (await imported) as Readonly<Record<string, unknown>>;
  const options = { isChecked, ...(sourceFile !== undefined && { file: sourceFile }) };
  if (attribute === "default") return buildRepository(findDefinitions(exports, options), options);
  const found = exports[attribute] ?? (exports["default"] as Readonly<Record<string, unknown>> | undefined)?.[attribute];
  if (found === undefined) throw new NotDefinitionsError(`${sourceFile ?? entryFile} has no export "${attribute}"`);
  return buildRepository(found, options);
}
