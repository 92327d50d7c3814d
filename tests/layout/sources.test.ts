import { basename } from "node:path";
import { expect, test } from "vitest";
import { at, nodesOf, sources } from "./rooms.ts";

const name = (path: string): string => basename(path).replace(/\.(test\.|test-d\.|d\.)?[mc]?tsx?$/, "");

test("a file is named after its one concept", () => {
  const drawers = sources.filter(({ path }) =>
    /^(utils?|helpers?|common|shared|misc|types|constants|interfaces)$/.test(name(path)),
  );
  expect(drawers.map(({ path }) => path)).toEqual([]);
});

test("files are kebab-case", () => {
  expect(sources.map(({ path }) => path).filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name(path)))).toEqual([]);
});

test("index.ts lists a package's exports by name", () => {
  const stars = sources
    .filter(({ path, room }) => path === `${room.folder}/src/index.ts`)
    .flatMap((source) =>
      [...nodesOf(source.parsed.program)]
        .filter((node) => node.type === "ExportAllDeclaration" && node["exportKind"] !== "type")
        .map((node) => at(source, node.start)),
    );
  expect(stars).toEqual([]);
});

/** Where a process begins: a program's main, the reading of configuration, the command line. */
const isEdge = (path: string): boolean =>
  /(^|\/)(main|bin|config|configuration|environment)\.ts$/.test(path) ||
  /\/config(uration|-file)?\//.test(path) ||
  path.startsWith("packages/cli/") ||
  // The body of a program whose main.ts only turns on the compile cache before importing it.
  /\/([a-z-]+)\/\1\.ts$/.test(path);

test("process.exit and process.env occur only in main.ts, configuration and the command line", () => {
  const found = sources
    .filter(({ path, isTest }) => !isTest && !isEdge(path))
    .flatMap((source) =>
      [...nodesOf(source.parsed.program)]
        .filter((node) => node.type === "MemberExpression" && /^process\.(exit|env)$/.test(textOf(source.text, node)))
        .map((node) => `${at(source, node.start)} ${textOf(source.text, node)}`),
    );
  expect(found).toEqual([]);
});

test("resolvers read the clock by their context, so that an answer which depends on it is not kept", () => {
  const found = sources
    .filter(({ path, isTest }) => !isTest && path.startsWith("services/webserver/src/graphql/"))
    .flatMap((source) =>
      [...nodesOf(source.parsed.program)]
        .filter(
          (node) =>
            (node.type === "MemberExpression" && textOf(source.text, node) === "Date.now") ||
            (node.type === "NewExpression" && textOf(source.text, node) === "new Date()"),
        )
        .map((node) => `${at(source, node.start)} ${textOf(source.text, node)}: use context.nowMs()`),
    );
  expect(found).toEqual([]);
});

test("a program that is started by its file is found as .ts in the workspace and as .js in a published package", () => {
  const found = sources
    .filter(({ isTest }) => !isTest)
    .flatMap((source) =>
      [...nodesOf(source.parsed.program)]
        .filter(
          (node) =>
            node.type === "NewExpression" &&
            /^new URL\(\s*["'`][^"'`$]*\.ts["'`],\s*import\.meta\.url/.test(textOf(source.text, node)),
        )
        .map((node) => `${at(source, node.start)}: use new URL(\`./name\${extname(import.meta.url)}\`, import.meta.url)`),
    );
  expect(found).toEqual([]);
});

function textOf(text: string, node: Readonly<Record<string, unknown>> & { readonly start: number }): string {
  return text.slice(node.start, node["end"] as number);
}
