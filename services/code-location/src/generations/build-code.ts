import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import type * as Esbuild from "esbuild";
import type { BuildFailure, BuildResult, Message } from "esbuild";
import type { ResolvedTarget } from "../code-target.ts";
import { CodeLoadError } from "../errors.ts";
import type { SdkBundle } from "./sdk-bundle.ts";
import { createReadFiles, ownPlaceDefines, type ReadFiles, userModuleGraph } from "./user-module-graph.ts";
import { withEsbuild } from "./with-esbuild.ts";

/** A project's module graph in memory, transpiled, with its hash. */
export interface BuiltCode {
  readonly codeHash: string;
  /** By their names in the copy's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The name of the entry among them. */
  readonly entryName: string;
}

export interface BuildOutcome {
  readonly built: BuiltCode | CodeLoadError;
  /** What the outcome depends on; filled in also when the build failed. */
  readonly read: ReadFiles;
}

/**
 * Transpiles a project: its files into one, TypeScript and JSON and paths of tsconfig.json resolved, everything installed left where it is.
 *
 * @param copyDirectory - where the copy will lie, or a folder beside it; source maps are relative to it
 * @param bundle - of the project's SDK, for the code to import; without it the code imports the SDK that is installed
 */
export async function buildCode(target: ResolvedTarget, copyDirectory: string, bundle?: SdkBundle): Promise<BuildOutcome> {
  const read = createReadFiles();
  addProjectFiles(target.sourceFile, read);
  try {
    const format = isCommonJs(target.sourceFile) ? "cjs" : "esm";
    const built = await withEsbuild(async (esbuild) => {
      try {
        return await build(esbuild, target, format, copyDirectory, read, bundle);
      } catch (error) {
        // A package without a "type" may hold ES modules all the same; only their top-level await tells.
        if (format !== "cjs" || !failsByTopLevelAwait(error)) throw error;
        return build(esbuild, target, "esm", copyDirectory, read, bundle);
      }
    });
    return { built, read };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { built: toLoadError(error, target.workingDirectory, read), read };
  }
}

async function build(
  esbuild: typeof Esbuild,
  target: ResolvedTarget,
  format: "esm" | "cjs",
  copyDirectory: string,
  read: ReadFiles,
  bundle: SdkBundle | undefined,
): Promise<BuiltCode> {
  const codeName = format === "esm" ? "code.mjs" : "code.cjs";
  const result = await esbuild.build({
    entryPoints: [target.sourceFile],
    absWorkingDir: target.workingDirectory,
    outfile: join(copyDirectory, codeName),
    write: false,
    bundle: true,
    format,
    platform: "node",
    target: "node22.18",
    // Node has these two besides `node` and `import` or `require`; naming any keeps esbuild from adding its own `module`.
    conditions: ["node-addons", "module-sync"],
    // A package's "sideEffects: false" is a promise to bundlers; here a module that is imported is executed, as in Node.
    ignoreAnnotations: true,
    define: ownPlaceDefines,
    banner: { js: format === "esm" ? requireForEsm(target.sourceFile) : requireForCommonJs(target.sourceFile) },
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "silent",
    plugins: [userModuleGraph(target.sourceFile, format, read, bundle)],
  });
  return toBuiltCode(result, target, codeName, copyDirectory, read);
}

/** What `require` and `import.meta.resolve` mean where esbuild leaves them: seen from the user's files, not from the copy. */
function requireForEsm(sourceFile: string): string {
  return `import{createRequire as __dagwright_createRequire}from"node:module";const require=__dagwright_createRequire(${JSON.stringify(sourceFile)});${resolveFrom}`;
}
function requireForCommonJs(sourceFile: string): string {
  return `const __dagwright_createRequire=require("node:module").createRequire;require=__dagwright_createRequire(${JSON.stringify(sourceFile)});${resolveFrom}`;
}
const resolveFrom =
  "const __dagwright_resolve_from=(specifier,parent)=>/^(?:\\.{0,2}\\/|[a-z]+:)/.test(specifier)?new URL(specifier,parent).href:" +
  'process.getBuiltinModule("node:url").pathToFileURL(__dagwright_createRequire(parent).resolve(specifier)).href;';

function toBuiltCode(
  result: BuildResult,
  target: ResolvedTarget,
  codeName: string,
  copyDirectory: string,
  read: ReadFiles,
): BuiltCode {
  const files = new Map<string, Uint8Array>();
  for (const { path, contents } of result.outputFiles ?? []) files.set(relative(copyDirectory, path), contents);
  const hash = createHash("sha256").update(`${target.attribute}\0`);
  for (const [name, contents] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${contents.length}\0`).update(contents);
  // Every edit counts, also one that changes no instruction.
  const inputs = [...read.files.keys()].toSorted();
  for (const path of inputs)
    hash.update(`${relative(dirname(target.sourceFile), path)}\0`).update(existsSync(path) ? readFileSync(path) : "");
  return { codeHash: hash.digest("hex"), files, entryName: codeName };
}

/** As Node decides: by the extension, then by the nearest package.json. */
function isCommonJs(sourceFile: string): boolean {
  const extension = extname(sourceFile);
  if (/^\.m[jt]s$/.test(extension)) return false;
  if (/^\.c[jt]s$/.test(extension)) return true;
  const manifest = nearestManifest(dirname(sourceFile));
  if (manifest === null) return false;
  try {
    return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: unknown }).type !== "module";
  } catch {
    return false;
  }
}

/** What decides how the code is read, and which packages it gets, without being imported itself. */
function addProjectFiles(sourceFile: string, read: ReadFiles): void {
  read.directories.add(dirname(sourceFile));
  const manifest = nearestManifest(dirname(sourceFile));
  if (manifest === null) return;
  read.directories.add(dirname(manifest));
  const { mtimeMs, size } = statSync(manifest);
  read.files.set(manifest, { mtimeMs, sizeBytes: size });
}

function nearestManifest(directory: string): string | null {
  const manifest = join(directory, "package.json");
  if (existsSync(manifest)) return manifest;
  const parent = dirname(directory);
  return parent === directory ? null : nearestManifest(parent);
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && Array.isArray((error as { errors?: unknown }).errors);
const failsByTopLevelAwait = (error: unknown): boolean =>
  isBuildFailure(error) && error.errors.some(({ text }) => text.includes("Top-level await"));

function toLoadError(failure: BuildFailure, workingDirectory: string, read: ReadFiles): CodeLoadError {
  const [first] = failure.errors;
  const place = first?.location ?? null;
  const file = place === null ? null : resolve(workingDirectory, place.file);
  const shift = place?.line === 1 && file !== null ? (read.firstLineShift.get(file) ?? 0) : 0;
  const more = failure.errors.length > 1 ? ` (and ${failure.errors.length - 1} more)` : "";
  const described = failure.errors.map((message) => describe(message));
  return new CodeLoadError({
    error: {
      name: "BuildError",
      message: `${described[0] ?? failure.message}${more}`,
      stack: described.slice(1).map((text) => `    ${text}`),
    },
    file,
    line: place?.line ?? null,
    column: place === null ? null : place.column + 1 - shift,
  });
}

function describe({ text, location }: Message): string {
  const missing = /^Could not resolve "((?:@[^/"]+\/)?[^./"@][^/"]*)/.exec(text)?.[1];
  const advice =
    missing === undefined ? "" : `. Is ${missing} among the dependencies of the project's package.json, and installed?`;
  return location === null ? `${text}${advice}` : `${location.file}:${location.line}:${location.column + 1}: ${text}${advice}`;
}
