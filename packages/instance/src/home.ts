import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, normalize } from "node:path";
import type { Environment } from "./config-file/env-reference.ts";
import { errorCode } from "./error-code.ts";
import { InstanceHomeError } from "./errors.ts";

/** The instance's file in its home. */
export const instanceFileName = "dagster.yaml";

/**
 * The instance's home by `DAGWRIGHT_HOME` or `DAGSTER_HOME`.
 *
 * @returns an absolute path, or null when neither is set
 * @throws InstanceHomeError when both are set and differ, or when the path is relative
 */
export function homeFromEnvironment(env: Environment): string | null {
  const [ours, theirs] = [readPath("DAGWRIGHT_HOME", env), readPath("DAGSTER_HOME", env)];
  if (ours !== null && theirs !== null && ours !== theirs) {
    throw new InstanceHomeError(
      `DAGWRIGHT_HOME is ${ours} and DAGSTER_HOME is ${theirs}; set one of them, or both to the same directory`,
    );
  }
  return ours ?? theirs;
}

function readPath(variable: string, env: Environment): string | null {
  const given = env[variable]?.trim() ?? "";
  if (given === "") return null;
  const path = given === "~" || given.startsWith("~/") ? join(env["HOME"] ?? homedir(), given.slice(1)) : given;
  if (!isAbsolute(path)) throw new InstanceHomeError(`${variable} is ${given}; it must be an absolute path`);
  return normalize(path).replace(/(?<=.)\/+$/, "");
}

/** Makes the home where it is missing. @throws InstanceHomeError when it cannot be made or is no directory */
export function ensureHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true });
  } catch (error) {
    throw new InstanceHomeError(`The instance's home ${home} cannot be made (${errorCode(error)})`, { cause: error });
  }
}
