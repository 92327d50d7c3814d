import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import type { SdkPrograms } from "./sdk-programs.ts";
import { withEsbuild } from "./with-esbuild.ts";

/**
 * A project's SDK, and zod, as a few files that load fast.
 *
 * Each evaluator, run worker and step worker loads the SDK. From some 250 modules that takes 75 ms of processor time, from these files less than half; what
 * starts a process per step is mostly this.
 *
 * 1. A bundle is made of exactly the files that the project would load: one copy serves the programs and the user's code.
 * 2. It lies in `<home>/code/.sdk`, named by its content, is shared by all fronts of the home, and is made anew when a file of it changed.
 * 3. It appears whole, and never changes.
 */
export interface SdkBundle {
  readonly programs: SdkPrograms;
  /** The bundled file that stands for an installed one, both absolute; undefined for what is not in the bundle. */
  replacementOf(path: string): string | undefined;
}

/** How a bundle is found again without making it. */
interface BundleIndex {
  readonly folder: string;
  readonly programs: { readonly evaluator: string; readonly runWorker: string };
  /** Bundled file by installed one. */
  readonly replacements: Readonly<Record<string, string>>;
  /** Modification time and size of all that it was made of. */
  readonly inputs: Readonly<Record<string, readonly [mtimeMs: number, sizeBytes: number]>>;
}

/** Counts what this file makes of the same input. */
const bundleFormat = 1;
/** A front touches its bundle when it loads code; what nobody has touched for so long is removed. */
const unusedForMs = 30 * 24 * 3_600_000;

/**
 * Finds or makes the bundle of a project's SDK.
 *
 * @param directory - where bundles lie
 * @returns null for an SDK that does not say which programs it has
 */
export async function openSdkBundle(programs: SdkPrograms, directory: string): Promise<SdkBundle | null> {
  if (programs.entries === null) return null;
  const key = createHash("sha256")
    .update(JSON.stringify([bundleFormat, process.versions.node, programs]))
    .digest("hex")
    .slice(0, 24);
  const indexFile = join(directory, `${key}.json`);
  const index = readIndex(indexFile, directory) ?? (await makeBundle(programs, programs.entries, directory, indexFile));
  const folder = join(directory, index.folder);
  touch(folder);
  touch(indexFile);
  return {
    programs: {
      ...programs,
      evaluator: join(folder, index.programs.evaluator),
      runWorker: join(folder, index.programs.runWorker),
    },
    replacementOf(path) {
      const name = index.replacements[path];
      return name === undefined ? undefined : join(folder, name);
    },
  };
}

/** The index when its bundle is there and made of the files as they are now. */
function readIndex(file: string, directory: string): BundleIndex | null {
  try {
    const index = JSON.parse(readFileSync(file, "utf8")) as BundleIndex;
    if (!existsSync(join(directory, index.folder))) return null;
    const isCurrent = Object.entries(index.inputs).every(([path, [mtimeMs, sizeBytes]]) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.mtimeMs === mtimeMs && stats.size === sizeBytes;
    });
    return isCurrent ? index : null;
  } catch (error) {
    // None yet, or one that a crash cut short.
    if (errorCode(error) === "ENOENT" || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function makeBundle(
  programs: SdkPrograms,
  entries: Readonly<Record<string, string>>,
  directory: string,
  indexFile: string,
): Promise<BundleIndex> {
  const outdir = resolve(directory, "bundle");
  const { metafile, outputFiles } = await withEsbuild((esbuild) =>
    esbuild.build({
      entryPoints: Object.keys(entries).map((specifier) => ({ in: entries[specifier] ?? "", out: outputName(specifier) })),
      absWorkingDir: programs.directory,
      outdir,
      write: false,
      metafile: true,
      bundle: true,
      splitting: true,
      format: "esm",
      outExtension: { ".js": ".mjs" },
      chunkNames: "[name]-[hash]",
      platform: "node",
      target: "node22.18",
      conditions: ["node-addons", "module-sync"],
      define: { "import.meta.url": "__dagwright_url", "import.meta.resolve": "__dagwright_resolve" },
      // For the CommonJS packages among them.
      banner: {
        js: 'import{createRequire as __dagwright_createRequire}from"node:module";const __dagwright_here=import.meta.url,require=__dagwright_createRequire(__dagwright_here);',
      },
      external: ["pg-native"],
      minifyWhitespace: true,
      logLevel: "silent",
      plugins: [ownPlaceOfSdk(Object.fromEntries(Object.keys(entries).map((name) => [name, `./${outputName(name)}.mjs`])))],
    }),
  );

  const files = outputFiles.map(({ path, contents }) => ({ name: relative(outdir, path), contents }));
  const hash = createHash("sha256");
  for (const { name, contents } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(`${name}\0${contents.length}\0`).update(contents);
  const folder = hash.digest("hex").slice(0, 24);
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(programs.directory, path));
  const index: BundleIndex = {
    folder,
    programs: {
      evaluator: `${outputName("@dagwright/worker/evaluator")}.mjs`,
      runWorker: `${outputName("@dagwright/worker/run-worker")}.mjs`,
    },
    replacements: Object.fromEntries(
      Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
        entryPoint === undefined
          ? []
          : [[resolve(programs.directory, entryPoint), relative(outdir, resolve(programs.directory, path))]],
      ),
    ),
    inputs: Object.fromEntries(
      inputs.filter((path) => existsSync(path)).map((path) => [path, [statSync(path).mtimeMs, statSync(path).size] as const]),
    ),
  };

  mkdirSync(directory, { recursive: true });
  const temporary = join(directory, `.${randomBytes(6).toString("hex")}`);
  mkdirSync(temporary);
  for (const { name, contents } of files) writeFileSync(join(temporary, name), contents, { mode: 0o444 });
  try {
    renameSync(temporary, join(directory, folder));
  } catch (error) {
    // Another front made the same one in the meantime.
    rmSync(temporary, { recursive: true, force: true });
    if (errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  }
  const temporaryIndex = `${temporary}.json`;
  writeFileSync(temporaryIndex, JSON.stringify(index));
  renameSync(temporaryIndex, indexFile);
  removeUnused(directory);
  return index;
}

const outputName = (specifier: string): string => specifier.replaceAll("@", "").replaceAll("/", "-");

/**
 * Lets the SDK's modules find what lies beside their sources, as they do unbundled; only the programs that it starts by their names are
 * those of the bundle.
 */
function ownPlaceOfSdk(programs: Readonly<Record<string, string>>): Plugin {
  return {
    name: "own-place-of-sdk",
    setup(build) {
      build.onLoad({ filter: /\.[mc]?[jt]s$/, namespace: "file" }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes("import.meta.")) return undefined;
        const prefix =
          `const __dagwright_url=${JSON.stringify(pathToFileURL(path).href)},__dagwright_programs=${JSON.stringify(programs)},` +
          "__dagwright_resolve=(specifier)=>Object.hasOwn(__dagwright_programs,specifier)?" +
          "new URL(__dagwright_programs[specifier],__dagwright_here).href:" +
          "process.getBuiltinModule('node:url').pathToFileURL(__dagwright_createRequire(__dagwright_url).resolve(specifier)).href;";
        const loader = path.endsWith("ts") ? "ts" : "js";
        return { contents: prefix + text.replace(/^#!.*/, ""), loader, resolveDir: dirname(path) };
      });
    },
  };
}

function removeUnused(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > unusedForMs) rmSync(path, { recursive: true, force: true });
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It belongs to another user, whose fronts look after it.
  }
}

const errorCode = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
