import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchAndWait, query, until } from "../graphql.ts";
import { installTarballs, run, type InstalledProject } from "./install-tarballs.ts";

describe("the packages as npm installs them, outside the workspace", () => {
  let project!: InstalledProject;
  beforeAll(async () => {
    project = await installTarballs();
  }, 300_000);
  afterAll(() => (project as InstalledProject | undefined)?.[Symbol.asyncDispose]());

  test("hold what is built, and no sources, tests or build state", () => {
    for (const { name, files } of project.packages) {
      expect(files, name).toEqual(
        expect.arrayContaining(["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]),
      );
      expect(
        files.filter((file) => /^src|\.test\.|fixtures\/|tsbuildinfo|^dist.*(?<!\.d)\.ts$/.test(file)),
        name,
      ).toEqual([]);
    }
  });

  test("name their dependencies by version", async () => {
    for (const { name } of project.packages) {
      const manifest = await readFile(join(project.folder, "node_modules", name, "package.json"), "utf8");
      expect(manifest).not.toMatch(/"(workspace|catalog|link):/);
    }
  });

  test("are one copy each", async () => {
    const found = JSON.parse(await run("npm", ["query", '[name^="@dagwright/"], #dagwright'], project.folder)) as Located[];
    expect(found.map(({ location }) => location).filter((location) => location.lastIndexOf("node_modules") > 0)).toEqual([]);
  });

  test("can be imported, every entry of them that is no program", async () => {
    const entries = project.packages.flatMap((one) => one.entries);
    expect(entries).toContain("dagwright");
    const program = `for (const entry of ${JSON.stringify(entries)}) await import(entry);`;
    await run(process.execPath, ["--input-type=module", "--eval", program], project.folder);
  });

  test("bring types that the strictest compiler takes, without skipping libraries", async () => {
    const compilerOptions = {
      module: "nodenext",
      target: "es2024",
      lib: ["es2024", "esnext.disposable"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: ["node"],
      typeRoots: [join(import.meta.dirname, "../../node_modules/@types")],
    };
    await writeFile(join(project.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
    await run("tsc", ["-p", "."], project.folder);
  });

  test("npx dagwright dev serves the project, a run launched there succeeds, and Ctrl-C ends it all", async () => {
    const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
    const dev = spawn("npx", ["dagwright", "dev"], {
      cwd: project.folder,
      env: { ...process.env, PATH: path, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const exited = once(dev, "exit");
    let output = "";
    for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    try {
      const url = await until("dev prints its address", () => {
        if (dev.exitCode !== null) throw new Error(`dev ended with ${dev.exitCode}`);
        return Promise.resolve(/https?:\/\/(localhost|127\.0\.0\.1):\d+/.exec(output)?.[0]);
      });
      const location = await until("the code location is loaded", () => firstLocation(url));
      const { status, events } = await launchAndWait(url, location, "process_numbers");
      expect(status, JSON.stringify(events, null, 1)).toBe("SUCCESS");

      // As a terminal does it: the signal goes to the whole foreground group.
      process.kill(-dev.pid!, "SIGINT");
      await Promise.race([exited, until("dev ends", () => Promise.resolve(undefined), 30_000)]);
      await expect(fetch(url)).rejects.toThrow("fetch failed");
    } catch (error) {
      throw new Error(`dev said:\n${output.slice(-8_000)}`, { cause: error });
    } finally {
      if (dev.exitCode === null && dev.signalCode === null) process.kill(-dev.pid!, "SIGKILL");
    }
  }, 180_000);
});

async function firstLocation(url: string): Promise<string | undefined> {
  const { workspaceOrError } = await query<{ workspaceOrError: { locationEntries: readonly LocationEntry[] } }>(
    url,
    "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }",
  );
  return workspaceOrError.locationEntries.find(
    ({ locationOrLoadError }) => locationOrLoadError?.__typename === "RepositoryLocation",
  )?.name;
}

interface LocationEntry {
  readonly name: string;
  readonly locationOrLoadError: { readonly __typename: string } | null;
}

interface Located {
  readonly location: string;
}
