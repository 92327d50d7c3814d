import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { locateError } from "./error-location.ts";

async function importFailing(source: string): Promise<{ error: unknown; folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dagwright-location-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "user.mjs");
  await writeFile(file, source);
  const error: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { error, folder, file };
}

test("an error is found at the user's own innermost frame", async () => {
  const { error, folder, file } = await importFailing('const parse = () => JSON.parse("{");\n\n  parse();\n');
  expect(locateError(error, folder)).toEqual({ file, line: 1, column: expect.any(Number) });
});

test("an error whose cause is the user's is found there", async () => {
  const { error, folder, file } = await importFailing('\nthrow new RangeError("too far");\n');
  expect(locateError(new Error("outside", { cause: error }), folder)).toEqual({ file, line: 2, column: 7 });
});

test("a definition error is found where the definition is", () => {
  const site = { file: "/project/defs.ts", line: 12, column: 3 };
  expect(locateError(Object.assign(new Error("two jobs"), { site }), "/project")).toEqual(site);
  const nested = Object.assign(new Error("2 problems"), { problems: [Object.assign(new Error("first"), { site })] });
  expect(locateError(nested, "/project")).toEqual(site);
});

test("what has no frame in the user's folder has no place", () => {
  expect(locateError(new Error("elsewhere"), "/no/such/project")).toBeNull();
  expect(locateError("thrown text", "/project")).toBeNull();
});
