import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/**
 * The environment for processes that run user code: this process's own, and what `.env` in the working directory adds. Read anew at each
 * call, so that a run sees the file as it is when the run starts; variables that are set already keep their values.
 */
export function userEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): () => Readonly<Record<string, string>> {
  const file = join(workingDirectory, ".env");
  return () => {
    const environment: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...readEnvFile(file), ...own }))
      if (value !== undefined) environment[name] = value;
    return environment;
  };
}

function readEnvFile(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
