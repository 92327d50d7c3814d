import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { codeLocationName } from "@dagwright/model";
import type { WorkspaceTarget } from "@dagwright/workspace";
import { UsageError } from "./errors.ts";

/** Which project a command is about, as its options say. */
export interface TargetOptions {
  /** `-f`: a file with definitions; several are several code locations. */
  readonly file?: readonly string[];
  /** `-w`: workspace.yamls, whose code locations come one after the other. */
  readonly workspace?: readonly string[];
  /** `-d`: where relative paths of the user's code start. */
  readonly workingDirectory?: string;
  /** `-a`: the export that holds the definitions. */
  readonly attribute?: string;
  /** `--name`: the location's name. Default: the nearest package's. */
  readonly name?: string;
}

/**
 * The code location of one file with definitions. Apart from what reads a workspace.yaml, so that a code-location server does not load that.
 *
 * @throws UsageError when the file is not there
 */
export function fileTarget(
  file: string,
  options: TargetOptions,
  directory: string,
): WorkspaceTarget & { readonly kind: "ts_file" } {
  const path = existingFile(resolve(directory, file));
  return {
    kind: "ts_file",
    name: codeLocationName(options.name ?? locationNameOf(path)),
    file: path,
    ...(options.attribute !== undefined && { attribute: options.attribute }),
    workingDirectory: resolve(directory, options.workingDirectory ?? "."),
  };
}

/** @throws UsageError when the file is not there */
export function existingFile(file: string): string {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}`);
  return file;
}

/** The nearest package's name without its scope, else the file's folder. */
function locationNameOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const name = readPackageJson(folder)?.["name"];
    if (typeof name === "string" && name !== "") return name.replace(/^@[^/]+\//, "");
    if (folder === dirname(folder)) return basename(dirname(file)) || "definitions";
  }
}

/** What the folder's package.json names under `dagwright.definitions`; null when it names nothing. */
export function definitionsInPackageJson(directory: string): string | null {
  const own = readPackageJson(directory)?.["dagwright"];
  if (own === undefined) return null;
  const file: unknown = typeof own === "object" && own !== null && "definitions" in own ? own.definitions : undefined;
  if (typeof file === "string") return file;
  throw new UsageError(`"dagwright" in ${resolve(directory, "package.json")} must be like {"definitions": "src/definitions.ts"}`);
}

function readPackageJson(folder: string): Record<string, unknown> | null {
  const file = resolve(folder, "package.json");
  if (!existsSync(file)) return null;
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : null;
  } catch (cause) {
    throw new UsageError(`${file} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
