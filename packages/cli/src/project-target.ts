import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "@dagwright/instance";
import { parseWorkspaceFile, type WorkspaceTarget } from "@dagwright/workspace";
import { DefinitionsNotFoundError, UsageError } from "./errors.ts";
import { definitionsInPackageJson, existingFile, fileTarget, type TargetOptions } from "./project-file.ts";

const conventional = ["src/definitions.ts", "definitions.ts", "src/definitions.js", "definitions.js", "src/index.ts"];

/**
 * Finds the code locations that a command is about: by options, else `workspace.yaml`, else what package.json names under `dagwright.definitions`, else by convention.
 *
 * @throws DefinitionsNotFoundError, UsageError, and ConfigFileError for what is wrong in a workspace.yaml
 */
export function resolveTargets(options: TargetOptions, directory: string, env: Environment): readonly WorkspaceTarget[] {
  if (options.workspace !== undefined && options.file !== undefined) throw new UsageError("Give either -f or -w, not both.");
  if (options.workspace !== undefined) return readWorkspace(existingFile(resolve(directory, options.workspace)), env);
  if (options.file !== undefined) return options.file.map((file) => fileTarget(file, options, directory));

  const workspace = resolve(directory, "workspace.yaml");
  if (existsSync(workspace)) return readWorkspace(workspace, env);
  const named = definitionsInPackageJson(directory);
  if (named !== null) return [fileTarget(named, options, directory)];
  const found = conventional.map((file) => resolve(directory, file)).find((file) => existsSync(file));
  if (found === undefined) throw new DefinitionsNotFoundError(directory, ["workspace.yaml", ...conventional]);
  return [fileTarget(found, options, directory)];
}

const readWorkspace = (file: string, env: Environment): readonly WorkspaceTarget[] =>
  parseWorkspaceFile(readFileSync(file, "utf8"), file, env);
