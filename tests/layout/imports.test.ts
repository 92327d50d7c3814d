import { dirname } from "node:path";
import { expect, test } from "vitest";
import { at, normalize, rooms, sources, type Source } from "./rooms.ts";

/**
 * What each room may import, all of it further up in this list. Only `worker` programs import user code; only the command line
 * knows the services; `dagwright`, what users import, knows no server.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  partitions: ["model"],
  graph: ["model", "partitions"],
  automation: ["model", "partitions", "graph"],
  definitions: ["model", "partitions", "graph", "automation"],
  execution: ["model", "partitions", "graph", "definitions"],
  duckdb: ["model", "execution"],
  email: ["definitions"],
  parquet: ["model", "execution"],
  storage: ["model", "partitions"],
  instance: ["model", "storage"],
  rpc: ["model"],
  workspace: ["model", "partitions", "graph", "storage", "instance", "rpc"],
  worker: ["model", "partitions", "graph", "definitions", "execution", "storage", "instance"],
  dagwright: ["model", "partitions", "graph", "automation", "definitions", "execution", "worker"],
  "code-location": ["model", "instance", "rpc", "worker"],
  daemon: ["model", "partitions", "graph", "automation", "storage", "instance", "rpc", "workspace"],
  webserver: ["model", "partitions", "graph", "automation", "storage", "instance", "rpc", "workspace"],
  cli: ["model", "graph", "storage", "instance", "rpc", "workspace", "worker", "webserver", "daemon", "code-location"],
};

/** They run in a browser too. */
const pureRooms = ["model", "partitions", "graph", "automation"];

const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
const roomOf = (packageName: string): string | undefined => rooms.find(({ manifest }) => manifest.name === packageName)?.name;

const imports = sources.flatMap((source) => importsOf(source).map((found) => ({ source, ...found })));

test("every room has its place in the order of rooms", () => {
  expect(rooms.map(({ name }) => name).filter((name) => !(name in mayImport))).toEqual([]);
});

test("a package depends only on rooms below it", () => {
  const upwards = rooms.flatMap(({ name, manifest }) =>
    Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies })
      .map(roomOf)
      .filter((other) => other !== undefined && !mayImport[name]?.includes(other))
      .map((other) => `${name} → ${other}`),
  );
  expect(upwards).toEqual([]);
});

test("a package imports only what its package.json declares, and development dependencies only in tests", () => {
  const undeclared = imports
    .filter(({ specifier }) => !specifier.startsWith(".") && !specifier.startsWith("node:") && !specifier.startsWith("data:"))
    .filter(({ source, specifier }) => {
      const { dependencies, peerDependencies, optionalDependencies, devDependencies, name } = source.room.manifest;
      const declared = { [name]: "", ...dependencies, ...peerDependencies, ...optionalDependencies };
      return !(packageOf(specifier) in (source.isTest ? { ...declared, ...devDependencies, vitest: "" } : declared));
    });
  expect(undeclared.map(({ where, specifier }) => `${where} imports ${specifier}`)).toEqual([]);
});

test("a package reaches another only through its exports, never through its folders", () => {
  const reachedInto = imports.filter(({ source, specifier }) => {
    if (specifier.startsWith(".")) return !normalize(`${dirname(source.path)}/${specifier}`).startsWith(`${source.room.folder}/`);
    const target = rooms.find(({ manifest }) => manifest.name === packageOf(specifier));
    return target && !(`.${specifier.slice(target.manifest.name.length)}` in (target.manifest.exports ?? {}));
  });
  expect(reachedInto.map(({ where, specifier }) => `${where} imports ${specifier}`)).toEqual([]);
});

test("model, partitions, graph and automation do no I/O", () => {
  const withIo = imports.filter(
    ({ source, specifier }) => pureRooms.includes(source.room.name) && !source.isTest && specifier.startsWith("node:"),
  );
  expect(withIo.map(({ where, specifier }) => `${where} imports ${specifier}`)).toEqual([]);
});

function importsOf(source: Source): readonly { readonly specifier: string; readonly where: string }[] {
  const { staticImports, staticExports, dynamicImports } = source.parsed.module;
  const literal = ({ start, end }: { start: number; end: number }): string[] => {
    const quoted = /^(["'`])(.*)\1$/s.exec(source.text.slice(start, end));
    return quoted?.[2] === undefined || quoted[2].includes("${") ? [] : [quoted[2]];
  };
  return [
    ...staticImports.map(({ moduleRequest, start }) => ({ specifier: moduleRequest.value, where: at(source, start) })),
    ...staticExports.flatMap(({ entries, start }) =>
      [...new Set(entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])))].map((specifier) => ({
        specifier,
        where: at(source, start),
      })),
    ),
    ...dynamicImports.flatMap(({ moduleRequest, start }) =>
      literal(moduleRequest).map((specifier) => ({ specifier, where: at(source, start) })),
    ),
  ];
}
