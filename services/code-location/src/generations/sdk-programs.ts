import { readFileSync, realpathSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { SdkNotInstalledError } from "../errors.ts";

/** The programs that import user code, as the project's own `dagwright` brings them. */
export interface SdkPrograms {
  readonly evaluator: string;
  readonly runWorker: string;
  /** Of the `dagwright` package. */
  readonly sdkVersion: string;
  /** The project in which it was found. */
  readonly directory: string;
  /**
   * What the programs and user code import of it and of zod, and what the programs start besides, by specifier: files, absolute. Null for an
   * SDK that does not name all of its programs in `exports`.
   */
  readonly entries: Readonly<Record<string, string>> | null;
}

/**
 * Finds the programs from the user's entry: the `dagwright` that the entry would import, and the `@dagwright/worker` that this `dagwright` would.
 *
 * @throws SdkNotInstalledError
 */
export function findSdkPrograms(sourceFile: string): SdkPrograms {
  const directory = dirname(sourceFile);
  const sdk = findPackage("dagwright", sourceFile);
  if (sdk === null) throw new SdkNotInstalledError(directory, `${sourceFile} belongs to a project without dagwright`);
  const worker = findPackage("@dagwright/worker", sdk.manifestFile);
  const evaluator = worker?.exported("./evaluator") ?? null;
  const runWorker = worker?.exported("./run-worker") ?? null;
  if (evaluator === null || runWorker === null) {
    throw new SdkNotInstalledError(
      directory,
      `dagwright ${sdk.version} of ${sourceFile} has no programs that a code-location server could start`,
    );
  }
  const engine = worker?.exported("./engine") ?? null;
  const stepWorker =
    worker === null ? null : (findPackage("@dagwright/execution", worker.manifestFile)?.exported("./step-worker") ?? null);
  const zod = findPackage("zod", sourceFile);
  // Of version 4, which keeps its state on the global object and knows its instances by structure, there may be a second copy.
  const zodEntry = zod?.version.startsWith("4.") === true ? zod.exported(".") : null;
  const entries =
    engine === null || stepWorker === null
      ? null
      : {
          ...sdk.allExported("dagwright"),
          "@dagwright/worker/evaluator": evaluator,
          "@dagwright/worker/run-worker": runWorker,
          "@dagwright/worker/engine": engine,
          "@dagwright/execution/step-worker": stepWorker,
          ...(zodEntry !== null && { zod: zodEntry }),
        };
  return { evaluator, runWorker, sdkVersion: sdk.version, directory, entries };
}

interface InstalledPackage {
  readonly manifestFile: string;
  readonly version: string;
  /** The file of one key of `exports`, as an `import` finds it. */
  exported(entry: string): string | null;
  /** All modules that it exports, by specifier. */
  allExported(name: string): Readonly<Record<string, string>>;
}

/** As an `import` finds it: `require.resolve` would also look where NODE_PATH says, which package managers set for the programs they start. */
function findPackage(name: string, importer: string): InstalledPackage | null {
  let manifestFile: string | undefined;
  try {
    manifestFile = findPackageJSON(name, importer);
  } catch {
    // Not installed.
  }
  if (manifestFile === undefined) return null;
  const file = realpathSync(manifestFile);
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version?: string; exports?: Readonly<Record<string, unknown>> };
  const exported = (entry: string): string | null => {
    const path = importTarget(manifest.exports?.[entry]);
    return path === null ? null : join(dirname(file), path);
  };
  return {
    manifestFile: file,
    version: manifest.version ?? "unknown",
    exported,
    allExported(specifier) {
      const keys = Object.keys(manifest.exports ?? {}).filter((key) => !key.includes("*"));
      const files = keys.map((key) => [join(specifier, key), exported(key)] as const);
      return Object.fromEntries(
        files.filter((pair): pair is [string, string] => pair[1] !== null && /\.[mc]?[jt]s$/.test(pair[1])),
      );
    },
  };
}

const importConditions: ReadonlySet<string> = new Set(["node-addons", "node", "import", "module-sync", "default"]);

function importTarget(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return null;
  for (const [condition, inner] of Object.entries(target)) {
    const found = importConditions.has(condition) ? importTarget(inner) : null;
    if (found !== null) return found;
  }
  return null;
}
