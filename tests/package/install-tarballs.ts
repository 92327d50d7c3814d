import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { chmod, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const execute = promisify(execFile);

/** A folder outside the workspace with the numbers project and every package of ours installed by plain npm. */
export interface InstalledProject extends AsyncDisposable {
  readonly folder: string;
  readonly packages: readonly { readonly name: string; readonly entries: readonly string[]; readonly files: readonly string[] }[];
}

/**
 * Builds and packs every package, and installs the tarballs. All are direct dependencies, so that none of our names is ever
 * looked up in a registry.
 */
export async function installTarballs(): Promise<InstalledProject> {
  await using onFailure = new AsyncDisposableStack();
  const folder = onFailure.adopt(await mkdtemp(join(tmpdir(), "dagwright-package-")), remove);
  await chmod(folder, 0o755);
  const manifests = globSync("{packages,services}/*/package.json", { cwd: root }).map((path) => ({
    folder: join(root, path, ".."),
    ...(JSON.parse(readFileSync(join(root, path), "utf8")) as { name: string; version: string }),
  }));
  await run("turbo", ["run", "build", "--output-logs=errors-only"], root);

  const dependencies: Record<string, string> = {};
  for (const { name, version, folder: source } of manifests) {
    await run("pnpm", ["pack", "--pack-destination", join(folder, "tarballs")], source);
    dependencies[name] = `file:tarballs/${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
  }
  const numbers = join(root, "examples/numbers");
  const example = JSON.parse(readFileSync(join(numbers, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  const ofOthers = Object.entries(example.dependencies).filter(([name]) => !(name in dependencies));
  for (const [name] of ofOthers) dependencies[name] = await installedVersion(numbers, name);
  await cp(numbers, folder, {
    recursive: true,
    // Its tests need the workspace's vitest.
    filter: (path) => !["node_modules", "dist", ".turbo", ".dagwright"].includes(basename(path)) && !path.endsWith(".test.ts"),
  });
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...example, name: "newcomer", dependencies }, null, 2));
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], folder);

  const packages = manifests.map(({ name }) => {
    const installed = join(folder, "node_modules", name);
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Published;
    const entries = Object.entries(exports)
      // Importing a program, or a thread's, runs it; what is for tests imports vitest.
      .filter(([entry, { default: file }]) => !/\/(main|engine)\.js$/.test(file) && entry !== "./testing")
      .map(([entry]) => name + entry.slice(1));
    return { name, entries, files: globSync("**/*", { cwd: installed, exclude: ["node_modules"] }) };
  });
  onFailure.move();
  return { folder, packages, [Symbol.asyncDispose]: () => remove(folder) };
}

const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

interface Published {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
}

/** Runs a program; its whole output is in the error when it fails. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (
      await execute(command, args, {
        cwd,
        maxBuffer: 64 << 20,
        env: { ...process.env, NODE_ENV: "", npm_config_loglevel: "error" },
      })
    ).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}\n${stdout ?? ""}${stderr ?? ""}`);
  }
}

async function installedVersion(folder: string, name: string): Promise<string> {
  return (JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
}
