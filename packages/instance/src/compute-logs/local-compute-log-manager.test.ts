import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { computeLogSuite } from "./compute-log-suite.ts";
import { LocalComputeLogManager } from "./local-compute-log-manager.ts";
import { NoOpComputeLogManager } from "./noop-compute-log-manager.ts";

async function makeBaseDir(): Promise<string> {
  const baseDir = await mkdtemp(join(tmpdir(), "dagwright-logs-"));
  onTestFinished(() => rm(baseDir, { recursive: true, force: true }));
  return baseDir;
}

computeLogSuite(
  "LocalComputeLogManager",
  async () => new LocalComputeLogManager({ baseDir: await makeBaseDir(), pollMs: 50, maxStreamBytes: 1024 ** 2 }),
);

it("local logs lie where Dagster's lie", async () => {
  const baseDir = await makeBaseDir();
  const logs = new LocalComputeLogManager({ baseDir, pollMs: 50, maxStreamBytes: 1024 });
  await (await logs.openCapture(["run", "compute_logs", "step"]))[Symbol.asyncDispose]();
  expect((await readdir(join(baseDir, "run/compute_logs"))).sort()).toEqual(["step.complete", "step.err", "step.out"]);
  expect(logs.location(["run", "compute_logs", "step"], "stderr")).toBe(join(baseDir, "run/compute_logs/step.err"));
});

it("local logs keep a stream's beginning, and say that the rest was dropped", async () => {
  const logs = new LocalComputeLogManager({ baseDir: await makeBaseDir(), pollMs: 50, maxStreamBytes: 10 });
  const key = ["run", "compute_logs", "step"];
  {
    await using capture = await logs.openCapture(key);
    for (const part of ["12345678", "90abcd", "never"]) await capture.write("stdout", Buffer.from(part));
    await capture.write("stderr", Buffer.from("1234567890"));
  }
  const kept = new TextDecoder().decode((await logs.read(key, "stdout")).bytes);
  expect(kept).toBe("1234567890\n[Dagwright kept the first 10 bytes of this output; the rest was dropped]\n");
  expect(new TextDecoder().decode((await logs.read(key, "stderr")).bytes)).toBe("1234567890");
});

it("no-op logs read as empty and ended", async () => {
  const logs = new NoOpComputeLogManager();
  const key = ["run", "compute_logs", "step"];
  await (await logs.openCapture(key)).write("stdout", Buffer.from("x"));
  expect(await logs.read(key, "stdout")).toEqual({ bytes: new Uint8Array(), nextOffset: 0, isEnd: true });
  const pieces: unknown[] = [];
  for await (const piece of logs.follow(key, "stdout")) pieces.push(piece);
  expect(pieces).toHaveLength(1);
});

it("local logs are not read through links that lead elsewhere", async () => {
  const [baseDir, elsewhere] = [await makeBaseDir(), await makeBaseDir()];
  const logs = new LocalComputeLogManager({ baseDir, pollMs: 50, maxStreamBytes: 1024 });
  await writeFile(join(elsewhere, "secret.out"), "the key to everything");
  await mkdir(join(baseDir, "run"));
  await symlink(elsewhere, join(baseDir, "run", "compute_logs"));
  await expect(logs.read(["run", "compute_logs", "secret"], "stdout")).rejects.toThrow(/a link leads out of the logs' directory/);
  await symlink(join(elsewhere, "secret.out"), join(baseDir, "step.out"));
  await expect(logs.read(["step"], "stdout")).rejects.toThrow(/a link leads out of the logs' directory/);
  await expect(logs.read(Array<string>(100).fill("a"), "stdout")).rejects.toThrow(/more than 16 parts/);
});
