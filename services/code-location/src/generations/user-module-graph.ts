import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, extname, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { ImportKind, Loader, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import type { SdkBundle } from "./sdk-bundle.ts";

/** What one build read, for the watcher. */
export interface ReadFiles {
  /** Each file with what it was when it was read. */
  readonly files: Map<string, FileStamp>;
  /** Where imports were looked for, found or not. */
  readonly directories: Set<string>;
  /** Columns by which the first line of a file was moved. */
  readonly firstLineShift: Map<string, number>;
  /** The first import of a part of the SDK that its bundle lacks; with it the whole SDK has to stay where it is installed. */
  unbundledSdk: string | null;
}

/** Tells whether a file changed, as far as the file system says. */
export interface FileStamp {
  readonly mtimeMs: number;
  readonly sizeBytes: number;
}

export function createReadFiles(): ReadFiles {
  return { files: new Map(), directories: new Set(), firstLineShift: new Map(), unbundledSdk: null };
}

/** Replaces what means a module's own place, which the copy has another of. The names are bound in each file that uses them, see `prefix`. */
export const ownPlaceDefines = {
  "import.meta.url": "__dagwright_url",
  "import.meta.filename": "__dagwright_filename",
  "import.meta.dirname": "__dagwright_dirname",
  "import.meta.resolve": "__dagwright_resolve",
  "import.meta.main": "false",
  __filename: "__dagwright_filename",
  __dirname: "__dagwright_dirname",
};

/** The SDK is external wherever it lies: the programs that load the copy have it too, and both should be one. */
const sdkSpecifier = /^(dagwright|@dagwright\/[^/]+)(\/|$)/;
const sourceExtensions: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};
/** Node loads these itself; they are not text that could be bundled. */
const binaryExtensions = new Set([".node", ".wasm"]);
const resolvingAlready = Symbol("resolving already");

/**
 * Decides what belongs to the user's module graph and is copied (their files, linked workspace packages too), and what stays where it is:
 * Node's own modules and installed packages. Those are resolved here, from the user's file, because the copy lies where Node would not find them.
 */
export function userModuleGraph(sourceFile: string, format: "esm" | "cjs", read: ReadFiles, bundle?: SdkBundle): Plugin {
  const ownPackage = installedPackage(sourceFile);
  const staysInPlace = (path: string, specifier: string): boolean => {
    if (sdkSpecifier.test(specifier) || binaryExtensions.has(extname(path))) return true;
    const installed = installedPackage(path);
    return installed !== null && installed !== ownPackage;
  };

  return {
    name: "user-module-graph",
    setup(build) {
      const resolveAs = async (args: OnResolveArgs, kind: ImportKind): Promise<OnResolveResult> => {
        const { importer, resolveDir, namespace } = args;
        return build.resolve(args.path, { kind, importer, resolveDir, namespace, pluginData: resolvingAlready });
      };

      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.pluginData === resolvingAlready || args.kind === "entry-point") return undefined;
        if (isBuiltin(args.path)) return { path: args.path, external: true };
        const isRelative = /^\.{0,2}\//.test(args.path);
        if (isRelative) read.directories.add(dirname(resolve(args.resolveDir, args.path)));

        const found = await resolveFrom(args, resolveAs, format);
        if (found.path === undefined || found.path === "" || (found.errors?.length ?? 0) > 0) {
          // As in Node: a `require` or `import()` of what is not installed fails when it is reached, and may be caught there.
          if (!isRelative && args.kind !== "import-statement") return { path: args.path, external: true };
          return found;
        }
        if (found.external === true || found.namespace !== "file") return found;
        // Left to esbuild, which then also knows the tsconfig of the file.
        if (!staysInPlace(found.path, args.path)) return undefined;
        const replacement = bundle?.replacementOf(found.path);
        if (bundle !== undefined && replacement === undefined && sdkSpecifier.test(args.path)) read.unbundledSdk ??= args.path;
        const path = replacement ?? found.path;
        return { path: loadsByUrl(args.kind, format) ? pathToFileURL(path).href : path, external: true };
      });

      build.onLoad({ filter: /.*/, namespace: "file" }, async ({ path }) => {
        const stats = statSync(path);
        read.files.set(path, { mtimeMs: stats.mtimeMs, sizeBytes: stats.size });
        read.directories.add(dirname(path));
        const loader = sourceExtensions[extname(path)];
        if (loader === undefined) return undefined;
        const text = await readFile(path, "utf8");
        const contents = bindOwnPlace(path, text);
        if (contents.length !== text.length) read.firstLineShift.set(path, contents.length - text.length);
        return { contents, loader, resolveDir: dirname(path) };
      });
    },
  };
}

/** TypeScript compiled to CommonJS means `require` when it says `import`, and gets what packages offer to `require`. */
async function resolveFrom(
  args: OnResolveArgs,
  resolveAs: (args: OnResolveArgs, kind: ImportKind) => Promise<OnResolveResult>,
  format: "esm" | "cjs",
): Promise<OnResolveResult> {
  if (format === "esm" || args.kind !== "import-statement") return resolveAs(args, args.kind);
  const required = await resolveAs(args, "require-call");
  return (required.errors?.length ?? 0) > 0 ? resolveAs(args, args.kind) : required;
}

const loadsByUrl = (kind: ImportKind, format: "esm" | "cjs"): boolean =>
  kind === "dynamic-import" || (kind === "import-statement" && format === "esm");

/** `…/node_modules/name` of an installed file; null for files that are not in any `node_modules`. */
function installedPackage(path: string): string | null {
  const marker = `${sep}node_modules${sep}`;
  const at = path.lastIndexOf(marker);
  if (at < 0) return null;
  const [first = "", second = ""] = path.slice(at + marker.length).split(sep);
  return path.slice(0, at + marker.length) + (first.startsWith("@") ? first + sep + second : first);
}

/** Gives a file that asks for its own place the names of {@link ownPlaceDefines}, on its first line so that line numbers stay. */
function bindOwnPlace(path: string, text: string): string {
  if (!/import\.meta|__dirname|__filename/.test(text)) return text;
  const url = pathToFileURL(path).href;
  const prefix =
    `const __dagwright_filename=${JSON.stringify(path)},__dagwright_dirname=${JSON.stringify(dirname(path))},` +
    `__dagwright_url=${JSON.stringify(url)},__dagwright_resolve=(specifier)=>__dagwright_resolve_from(specifier,__dagwright_url);`;
  // A hashbang and a directive count only when they come first.
  const [head = ""] = /^(?:#![^\n]*\n)?(?:\s*(?:"use strict"|'use strict');?)?/.exec(text) ?? [];
  return head + prefix + text.slice(head.length);
}
