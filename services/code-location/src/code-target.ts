import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { TargetNotFoundError } from "./errors.ts";

/** Where a code location's definitions are: a TypeScript or JavaScript file, or a package. */
export type CodeTarget =
  | {
      readonly kind: "ts_file";
      /** Relative to the working directory. */
      readonly file: string;
      /** The export that holds the definitions. Default `default`. */
      readonly attribute?: string;
      /** Default: the file's folder. */
      readonly workingDirectory?: string;
    }
  | {
      readonly kind: "ts_package";
      /** As an import would name it. */
      readonly package: string;
      readonly attribute?: string;
      readonly workingDirectory: string;
    };

export interface ResolvedTarget {
  /** The user's entry module, absolute. */
  readonly sourceFile: string;
  readonly attribute: string;
  readonly workingDirectory: string;
}

/** @throws TargetNotFoundError */
export function resolveTarget(target: CodeTarget): ResolvedTarget {
  const attribute = target.attribute ?? "default";
  if (target.kind === "ts_package") {
    const workingDirectory = resolve(target.workingDirectory);
    try {
      const sourceFile = realpathSync(createRequire(join(workingDirectory, "_")).resolve(target.package));
      return { sourceFile, attribute, workingDirectory };
    } catch (error) {
      const message = `The package "${target.package}" cannot be found from ${workingDirectory}; install it there, or correct ts_package`;
      throw new TargetNotFoundError(message, { cause: error });
    }
  }
  const path = resolve(target.workingDirectory ?? ".", target.file);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new TargetNotFoundError(`There is no file ${path}; correct ts_file or working_directory`);
  }
  // As modules know themselves, and as errors then name them.
  const sourceFile = realpathSync(path);
  return { sourceFile, attribute, workingDirectory: resolve(target.workingDirectory ?? dirname(sourceFile)) };
}
