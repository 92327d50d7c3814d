import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSync, type ParseResult } from "oxc-parser";

const root = join(import.meta.dirname, "../..");

/** A package or service of the workspace, as its folder and manifest describe it. */
export interface Room {
  /** The folder's name, which is also the last part of the package's name. */
  readonly name: string;
  /** Relative to the repository, with `/`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
    readonly bin?: Readonly<Record<string, string>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export const rooms: readonly Room[] = ["packages", "services"].flatMap((parent) =>
  readdirSync(join(root, parent))
    .map((name) => ({ name, folder: `${parent}/${name}` }))
    .filter(({ folder }) => existsSync(join(root, folder, "package.json")))
    .map((room) => ({ ...room, manifest: JSON.parse(readText(`${room.folder}/package.json`)) as Manifest })),
);

/** A TypeScript source, parsed. Generated code and fixtures are nobody's style. */
export interface Source {
  readonly room: Room;
  /** Relative to the repository. */
  readonly path: string;
  /** Tests, and what is only for tests, may use development dependencies. */
  readonly isTest: boolean;
  readonly text: string;
  readonly parsed: ParseResult;
}

export const sources: readonly Source[] = rooms.flatMap((room) =>
  globSync("src/**/*.{ts,tsx,mts,cts}", { cwd: join(root, room.folder) })
    .map((file) => `${room.folder}/${file.replaceAll("\\", "/")}`)
    .filter((path) => !/\/(gen|fixtures)\//.test(path))
    .map((path) => {
      const text = readText(path);
      return {
        room,
        path,
        isTest: /\.(test|test-d)\.tsx?$|-suite\.ts$|\/testing(\/|\.ts$)/.test(path),
        text,
        parsed: parseSync(path, text),
      };
    }),
);

/** `path:line`, for messages. */
export const at = (source: Source, offset: number): string => `${source.path}:${source.text.slice(0, offset).split("\n").length}`;

export const exists = (path: string): boolean => existsSync(join(root, path));

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A path relative to the repository, with `..` resolved. */
export const normalize = (path: string): string => relative(root, join(root, path)).replaceAll("\\", "/");

/** Every node of a syntax tree, parents first. */
export function* nodesOf(
  node: unknown,
): Generator<Readonly<Record<string, unknown>> & { readonly type: string; readonly start: number }> {
  if (Array.isArray(node)) {
    for (const child of node) yield* nodesOf(child);
  } else if (typeof node === "object" && node !== null) {
    if ("type" in node && typeof node.type === "string" && "start" in node && typeof node.start === "number") {
      yield node as never;
    }
    for (const child of Object.values(node)) if (typeof child === "object") yield* nodesOf(child);
  }
}
