import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseInstanceConfig } from "./instance-config.ts";

const reference = await readFile(join(import.meta.dirname, "../../../../docs/reference/dagster-yaml.md"), "utf8");

it("the reference's examples are read", () => {
  const examples = [...reference.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples)
    expect(() => parseInstanceConfig(example, "example", { DAGSTER_PG_PASSWORD: "x" })).not.toThrow();
});

it("the reference names every key of the file", () => {
  let known = "";
  try {
    parseInstanceConfig("zzzzzzzz: 1", "example", {});
  } catch (error) {
    known = /known here: (.*)$/m.exec((error as Error).message)?.[1] ?? "";
  }
  const keys = known.split(", ");
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !reference.includes(`\`${key}`))).toEqual([]);
});
