import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTestDatabase } from "./testing/test-database.ts";

test("the README's example runs as it stands, without any service", async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  const packageFolder = join(import.meta.dirname, "..");
  const example = /```ts\n(.*?)```/s.exec(readFileSync(join(packageFolder, "README.md"), "utf8"))?.[1];
  const program = spawn(process.execPath, ["--input-type=module-typescript"], {
    cwd: packageFolder,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  let output = "";
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  program.stdin.end(`const connectionString = ${JSON.stringify(database.connectionString)};\n${example}`);
  const [code] = (await once(program, "close")) as [number];
  expect({ code, output }).toEqual({ code: 0, output: "1 RUN_STARTING\n2 RUN_START\n3 RUN_SUCCESS\n" });
});
