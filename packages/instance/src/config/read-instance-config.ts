import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../config-file/env-reference.ts";
import { errorCode } from "../error-code.ts";
import { InstanceHomeError } from "../errors.ts";
import { instanceFileName } from "../home.ts";
import { type InstanceConfig, parseInstanceConfig } from "./instance-config.ts";

/**
 * Reads a home's `dagster.yaml`; a home without one has every default.
 *
 * @throws ConfigFileError with every problem at once
 * @throws InstanceHomeError when the file is there and cannot be read
 */
export async function readInstanceConfig(
  home: string,
  env: Environment,
): Promise<{ readonly config: InstanceConfig; readonly configFile: string | null }> {
  const file = join(home, instanceFileName);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { config: parseInstanceConfig("", file, env), configFile: null };
    throw new InstanceHomeError(`${file} cannot be read (${errorCode(error)})`, { cause: error });
  }
  return { config: parseInstanceConfig(text, file, env), configFile: file };
}
