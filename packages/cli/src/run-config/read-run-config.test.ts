import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UsageError } from "../errors.ts";
import { parseTags, readRunConfig } from "./read-run-config.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "dagwright-config-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

test("later files are laid over earlier ones: mappings merged, everything else replaced", () => {
  const directory = folder({
    "a.yaml": "ops: {load: {config: {days: [1, 2], limit: 5}}}\nresources: {db: {config: {url: a}}}",
    "b.json": '{"ops": {"load": {"config": {"days": [3]}}, "save": {}}, "resources": null}',
  });
  expect(readRunConfig({ config: ["a.yaml", "b.json"] }, directory)).toEqual({
    ops: { load: { config: { days: [3], limit: 5 } }, save: {} },
    resources: null,
  });
});

test("no config, an empty file and an empty object are the empty config", () => {
  expect(readRunConfig({}, "/")).toEqual({});
  expect(readRunConfig({ config: ["empty.yaml"] }, folder({ "empty.yaml": "# nothing\n" }))).toEqual({});
  expect(readRunConfig({ configJson: "{}" }, "/")).toEqual({});
});

test("a key named __proto__ stays a key", () => {
  const merged = readRunConfig({ configJson: '{"__proto__": {"polluted": true}}' }, "/");
  expect(Object.keys(merged)).toEqual(["__proto__"]);
  const directory = folder({ "a.json": '{"ops": {}}', "b.json": '{"__proto__": {"polluted": true}}' });
  expect(Object.keys(readRunConfig({ config: ["a.json", "b.json"] }, directory))).toEqual(["ops", "__proto__"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each([
  ["a: [1", /a\.yaml is neither YAML nor JSON: .*line 1/s],
  ["- 1", /a\.yaml must hold a mapping, not a list/],
  ["seven", /a\.yaml must hold a mapping, not a string/],
])("what is no config is refused with its file: %j", (text, message) => {
  const directory = folder({ "a.yaml": text });
  expect(() => readRunConfig({ config: ["a.yaml"] }, directory)).toThrow(UsageError);
  expect(() => readRunConfig({ config: ["a.yaml"] }, directory)).toThrow(message);
});

test("tags are texts by key", () => {
  expect(parseTags(undefined)).toEqual({});
  expect(parseTags('{"team": "growth", "priority": 3}')).toEqual({ team: "growth", priority: "3" });
  expect(() => parseTags('{"a": {"b": 1}}')).toThrow('the value of "a" must be a text');
  expect(() => parseTags("[1]")).toThrow("--tags must hold a mapping, not a list");
});
