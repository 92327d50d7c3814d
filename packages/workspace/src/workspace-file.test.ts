import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigFileError } from "@dagwright/instance";
import { describe, expect, it, onTestFinished } from "vitest";
import { WorkspaceFileError } from "./errors.ts";
import { parseWorkspaceFile, readWorkspaceFile } from "./workspace-file.ts";

const file = "/srv/project/workspace.yaml";
const read = (text: string) => parseWorkspaceFile(text, file, { CODE_HOST: "code.internal", CODE_PORT: "4266" });

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigFileError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

const noPython =
  "Python code cannot be loaded here: name the TypeScript module by ts_file or ts_package (same keys), and run Python from its ops by Dagster Pipes";

describe("a good workspace.yaml", () => {
  it.each<[string, string, object[]]>([
    ["that is empty names nothing", "", []],
    [
      "names a file in short",
      "load_from: [ts_file: src/definitions.ts]",
      [{ name: "definitions.ts", kind: "ts_file", file: "/srv/project/src/definitions.ts", workingDirectory: "/srv/project" }],
    ],
    [
      "names a file at length",
      "load_from:\n  - ts_file: {relative_path: a.ts, attribute: defs, location_name: a, working_directory: code, executable_path: ./node22}",
      [
        {
          name: "a",
          kind: "ts_file",
          file: "/srv/project/a.ts",
          attribute: "defs",
          workingDirectory: "/srv/project/code",
          executablePath: "/srv/project/node22",
        },
      ],
    ],
    [
      "names a package",
      "load_from: [{ts_package: {package_name: '@acme/pipelines', executable_path: node22}}]",
      [
        {
          name: "@acme/pipelines",
          kind: "ts_package",
          package: "@acme/pipelines",
          workingDirectory: "/srv/project",
          executablePath: "node22",
        },
      ],
    ],
    [
      "names servers",
      `load_from:
  - grpc_server: {host: {env: CODE_HOST}, port: {env: CODE_PORT}, location_name: code, ssl: true, additional_metadata: {team: {name: blue}}}
  - grpc_server: {port: 4267}
  - grpc_server: {host: "::1", port: 4268}
  - grpc_server: {socket: run/code.sock, location_name: local}
`,
      [
        {
          name: "code",
          kind: "grpc_server",
          address: "code.internal:4266",
          ssl: true,
          additionalMetadata: { team: { name: "blue" } },
        },
        { name: "grpc:localhost:4267", kind: "grpc_server", address: "localhost:4267", ssl: false, additionalMetadata: {} },
        { name: "grpc:::1:4268", kind: "grpc_server", address: "[::1]:4268", ssl: false, additionalMetadata: {} },
        { name: "local", kind: "grpc_server", address: "unix:/srv/project/run/code.sock", ssl: false, additionalMetadata: {} },
      ],
    ],
  ])("%s", (_, text, targets) => {
    expect(read(text)).toEqual(targets);
  });
});

describe("a bad workspace.yaml names line, column, key and what to do", () => {
  it.each<[string, string, string[]]>([
    [
      "targets of Python",
      "load_from:\n  - python_file: defs.py\n  - python_module: {module_name: defs}\n",
      [`${file}:2:18 load_from.0.python_file: ${noPython}`, `${file}:3:5 load_from.1.python_module: ${noPython}`],
    ],
    [
      "a mistyped target",
      "load_from:\n  - ts_fil: a.ts\n",
      [`${file}:2:5 load_from.0.ts_fil: unknown key; did you mean ts_file?`],
    ],
    [
      "a mistyped key and a missing one",
      "load_from:\n  - ts_file:\n      relativ_path: a.ts\n",
      [
        `${file}:2:5 load_from.0.ts_file.relative_path: is required (a text)`,
        `${file}:3:7 load_from.0.ts_file.relativ_path: unknown key; did you mean relative_path?`,
      ],
    ],
    [
      "no target",
      "load_from: [{}]",
      [`${file}:1:13 load_from.0: expected exactly one of grpc_server, ts_file, ts_package, found none`],
    ],
    [
      "two targets in one item",
      "load_from: [{ts_file: a.ts, ts_package: b}]",
      [`${file}:1:13 load_from.0: expected exactly one of grpc_server, ts_file, ts_package, found ts_file and ts_package`],
    ],
    [
      "a server without an address",
      "load_from: [{grpc_server: {host: a}}]",
      [`${file}:1:14 load_from.0.grpc_server: names no server; give port or socket`],
    ],
    [
      "a server with two",
      "load_from: [{grpc_server: {port: 1, socket: a}}]",
      [`${file}:1:14 load_from.0.grpc_server: names two servers; give either port or socket`],
    ],
    [
      "an environment variable that is not set",
      "load_from: [{grpc_server: {host: {env: NO_SUCH}, port: 1}}]",
      [`${file}:1:28 load_from.0.grpc_server.host: environment variable NO_SUCH is not set`],
    ],
    [
      "two locations of one name",
      "load_from:\n  - ts_file: a/defs.ts\n  - ts_file: b/defs.ts\n",
      [`${file}:3:5 load_from.1: is the second location named defs.ts (the first is item 1); give it another location_name`],
    ],
    ["a mapping instead of a list", "load_from: {ts_file: a.ts}", [`${file}:1:1 load_from: expected a list, found a mapping`]],
  ])("%s", (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it("a file that is not there", async () => {
    const directory = await mkdtemp(join(tmpdir(), "dagwright-workspace-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, "workspace.yaml");
    await expect(readWorkspaceFile(path, {})).rejects.toThrow(WorkspaceFileError);
    await writeFile(path, "load_from: [{ts_file: a.ts}]");
    expect(await readWorkspaceFile(path, {})).toMatchObject([{ file: join(directory, "a.ts") }]);
  });
});
