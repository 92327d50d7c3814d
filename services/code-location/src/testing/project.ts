import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A user's project in a folder of its own, with `dagwright` and zod installed unless told otherwise. */
export interface Project {
  readonly directory: string;
  path(...parts: readonly string[]): string;
  /** As an editor saves: a new file, renamed over the old one. */
  save(name: string, text: string): void;
}

const { resolve } = createRequire(import.meta.url);
/** The folders of the packages that projects have installed. */
export const sdkFolder = join(dirname(resolve("dagwright")), "..");
const zodFolder = dirname(resolve("zod/package.json"));

export function createProject(files: Readonly<Record<string, string>>, { hasSdk = true } = {}): Project {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "dwp-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  if (hasSdk) install(directory, "dagwright", sdkFolder);
  install(directory, "zod", zodFolder);
  const path = (...parts: readonly string[]): string => join(directory, ...parts);
  const save = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(`${name}.new`), text);
    renameSync(path(`${name}.new`), path(name));
  };
  for (const [name, text] of Object.entries({ "package.json": '{ "name": "project", "type": "module" }', ...files }))
    save(name, text);
  return { directory, path, save };
}

/** Makes a package importable from a folder, as an installation by links does. */
export function install(directory: string, name: string, from: string): void {
  const link = join(directory, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(realpathSync(from), link);
}

/**
 * A second copy of the SDK: its packages, linked to one another and not to the first ones. It lies outside any `node_modules`, where Node would not
 * run TypeScript.
 */
export function copySdk(target: string): string {
  const packages = join(sdkFolder, "..");
  const names = [
    "automation",
    "dagwright",
    "definitions",
    "execution",
    "graph",
    "instance",
    "model",
    "partitions",
    "storage",
    "worker",
  ];
  const present = new Set(readdirSync(packages));
  for (const name of names.filter((one) => present.has(one))) {
    const copy = join(target, name);
    cpSync(join(packages, name), copy, {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist|\.turbo)(\/|$)/.test(path.slice(packages.length)),
    });
    const modules = join(packages, name, "node_modules");
    if (!existsSync(modules)) continue;
    for (const entry of readdirSync(modules).filter((one) => !one.startsWith("."))) {
      const scoped = entry.startsWith("@") ? readdirSync(join(modules, entry)).map((one) => `${entry}/${one}`) : [entry];
      for (const dependency of scoped) {
        const own = dependency.startsWith("@dagwright/")
          ? join(target, dependency.slice("@dagwright/".length))
          : join(modules, dependency);
        const link = join(copy, "node_modules", dependency);
        mkdirSync(dirname(link), { recursive: true });
        if (own.startsWith(target)) symlinkSync(own, link);
        else symlinkSync(realpathSync(own), link);
      }
    }
  }
  return join(target, "dagwright");
}
