import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stepLogKey } from "./compute-log-sink.ts";
import { fileKeyOfStep } from "./file-key.ts";
import { LocalComputeLogSink } from "./local-compute-log-sink.ts";

describe("LocalComputeLogSink", () => {
  it("writes Dagster's layout, tells when a log is complete, and continues it for a retry", async () => {
    await using home = {
      path: await mkdtemp(join(tmpdir(), "dagwright-logs-")),
      [Symbol.asyncDispose]: () => rm(home.path, { recursive: true }),
    };
    const sink = new LocalComputeLogSink({ baseDir: home.path });
    const directory = join(home.path, "run", "compute_logs");
    const writer = sink.open(stepLogKey("run", "outer.step"));
    writer.write("stdout", Buffer.from("one\n"));
    expect(readFileSync(join(directory, "outer.step.out"), "utf8")).toBe("one\n");
    expect(existsSync(join(directory, "outer.step.complete"))).toBe(false);
    await writer.close();
    expect((await readdir(directory)).toSorted()).toEqual(["outer.step.complete", "outer.step.out"]);

    const again = sink.open(stepLogKey("run", "outer.step"));
    expect(existsSync(join(directory, "outer.step.complete"))).toBe(false);
    again.write("stdout", Buffer.from("two\n"));
    again.write("stderr", Buffer.from("err\n"));
    await again.close();
    expect(readFileSync(join(directory, "outer.step.out"), "utf8")).toBe("one\ntwo\n");
    expect(readFileSync(join(directory, "outer.step.err"), "utf8")).toBe("err\n");
  });
});

describe("fileKeyOfStep", () => {
  it("is the step's key where a file name can hold it, and never leaves the directory", () => {
    expect(fileKeyOfStep("outer.inner_2")).toBe("outer.inner_2");
    for (const key of ["../up", "a/b", ".hidden", "x".repeat(300), "é", ""]) {
      expect(fileKeyOfStep(key)).toMatch(/^[\w-]+$/);
      expect(fileKeyOfStep(key).length).toBeLessThanOrEqual(200);
    }
    expect(fileKeyOfStep("a/b")).not.toBe(fileKeyOfStep("a_b"));
    expect(fileKeyOfStep("a/b")).not.toBe(fileKeyOfStep("a?b"));
  });
});
