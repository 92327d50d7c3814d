import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resolveHostTargets, resolveTargets } from "./project-target.ts";

function project(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "dagwright-target-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

test("a file that is named is served under its package's name", () => {
  const directory = project({ "package.json": `{"name": "@acme/nightly"}`, "code/main.ts": "" });
  expect(resolveTargets({ file: ["code/main.ts"] }, directory, {})).toEqual([
    { kind: "ts_file", name: "nightly", file: join(directory, "code/main.ts"), workingDirectory: directory },
  ]);
});

test("without options a workspace.yaml comes first, then package.json, then convention", () => {
  const files = {
    "package.json": `{"name": "p", "dagwright": {"definitions": "code/main.ts"}}`,
    "code/main.ts": "",
    "src/definitions.ts": "",
  };
  const withWorkspace = project({
    ...files,
    "workspace.yaml": "load_from:\n  - grpc_server: {port: 4000, location_name: there}\n",
  });
  expect(resolveTargets({}, withWorkspace, {})).toMatchObject([{ kind: "grpc_server", name: "there" }]);
  const named = project(files);
  expect(resolveTargets({}, named, {})).toMatchObject([{ file: join(named, "code/main.ts") }]);
  const conventional = project({ ...files, "package.json": `{"name": "p"}` });
  expect(resolveTargets({}, conventional, {})).toMatchObject([{ file: join(conventional, "src/definitions.ts") }]);
});

test("an empty folder is told what was looked for and what to do", () => {
  const directory = project({});
  expect(() => resolveTargets({}, directory, {})).toThrow(
    /No definitions in .*there is none of workspace\.yaml, src\/definitions\.ts/s,
  );
  expect(() => resolveTargets({}, directory, {})).toThrow(/dagwright init/);
});

test("a file that is not there is named", () => {
  const directory = project({});
  expect(() => resolveTargets({ file: ["nope.ts"] }, directory, {})).toThrow(`There is no file ${join(directory, "nope.ts")}`);
});

test("a broken package.json is named with its fault", () => {
  expect(() => resolveTargets({}, project({ "package.json": "{" }), {})).toThrow(/package\.json is not valid JSON/);
});

test("several workspace files are one workspace", () => {
  const directory = project({
    "a.yaml": "load_from: [{grpc_server: {port: 4000, location_name: a}}]",
    "b/b.yaml": "load_from: [{ts_file: {relative_path: c.ts, location_name: b}}]",
  });
  expect(resolveTargets({ workspace: ["a.yaml", "b/b.yaml"] }, directory, {})).toMatchObject([
    { kind: "grpc_server", name: "a" },
    { kind: "ts_file", name: "b", file: join(directory, "b/c.ts") },
  ]);
});

test.each([
  [{ grpcPort: 4000 }, { name: "grpc:localhost:4000", address: "localhost:4000", ssl: false }],
  [
    { grpcPort: 4000, grpcHost: "code", useSsl: true },
    { name: "grpc:code:4000", address: "code:4000", ssl: true },
  ],
  [{ grpcPort: 4000, grpcHost: "::1" }, { address: "[::1]:4000" }],
  [{ grpcSocket: "/run/code.sock" }, { name: "grpc:localhost:/run/code.sock", address: "unix:/run/code.sock" }],
  [
    { package: ["@acme/nightly"] },
    { kind: "ts_package", name: "@acme/nightly", package: "@acme/nightly", workingDirectory: "/p" },
  ],
])("a service is told of its code location by %j", (options, expected) => {
  expect(resolveHostTargets(options, "/p", {})).toMatchObject([expected]);
});

test("a service may have no code location, but none of which it is told in two ways", () => {
  expect(resolveHostTargets({ emptyWorkspace: true }, "/p", {})).toEqual([]);
  expect(() => resolveHostTargets({ emptyWorkspace: true, grpcPort: 1 }, "/p", {})).toThrow(
    "Say which code locations there are in one way: --grpc-port or --grpc-socket and --empty-workspace are several.",
  );
  expect(() => resolveHostTargets({ grpcHost: "code" }, "/p", {})).toThrow("--grpc-port says at which port");
  expect(() => resolveHostTargets({ grpcPort: 1, grpcSocket: "/s" }, "/p", {})).toThrow("give one of them");
});
