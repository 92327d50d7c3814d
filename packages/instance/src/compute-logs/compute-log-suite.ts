import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ComputeLogManager, type LogKey, stepLogKey } from "./compute-log-manager.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const someKey = (fileKey = "step"): LogKey => stepLogKey(randomUUID(), fileKey);

/**
 * What every compute log manager that keeps logs must do. Call it in a test file of the implementation:
 *
 *     computeLogSuite("S3ComputeLogManager", () => new S3ComputeLogManager({ bucket }));
 *
 * @param open - a manager over a place of its own, for one test
 */
export function computeLogSuite(name: string, open: () => Promise<ComputeLogManager>): void {
  describe(`${name} as a compute log manager`, () => {
    it("reads what was captured, each stream on its own", async () => {
      await using logs = await open();
      const key = someKey();
      {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes("one\n"));
        await capture.write("stderr", bytes("oops\n"));
        await capture.write("stdout", bytes("two\n"));
      }
      expect(await logs.read(key, "stdout")).toEqual({ bytes: bytes("one\ntwo\n"), nextOffset: 8, isEnd: true });
      expect(text((await logs.read(key, "stderr")).bytes)).toBe("oops\n");
    });

    it("reads on from a cursor, in pieces of a given size", async () => {
      await using logs = await open();
      const key = someKey();
      {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes("abcdefgh"));
      }
      const first = await logs.read(key, "stdout", { maxBytes: 3 });
      expect({ ...first, bytes: text(first.bytes) }).toEqual({ bytes: "abc", nextOffset: 3, isEnd: false });
      const second = await logs.read(key, "stdout", { offset: first.nextOffset, maxBytes: 100 });
      expect({ ...second, bytes: text(second.bytes) }).toEqual({ bytes: "defgh", nextOffset: 8, isEnd: true });
      expect(await logs.read(key, "stdout", { offset: 8 })).toEqual({ bytes: new Uint8Array(), nextOffset: 8, isEnd: true });
    });

    it("cuts no character in two", async () => {
      await using logs = await open();
      const key = someKey();
      const content = "aé€😀 z";
      {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes(content));
      }
      let read = "";
      for (let offset = 0, isEnd = false; !isEnd;) {
        const chunk = await logs.read(key, "stdout", { offset, maxBytes: 4 });
        expect(text(chunk.bytes)).not.toContain("\uFFFD");
        read += text(chunk.bytes);
        ({ nextOffset: offset, isEnd } = chunk);
      }
      expect(read).toBe(content);
    });

    it("shows what is captured so far, and says that more may come", async () => {
      await using logs = await open();
      const key = someKey();
      await using capture = await logs.openCapture(key);
      await capture.write("stdout", bytes("so far"));
      expect(await logs.read(key, "stdout")).toEqual({ bytes: bytes("so far"), nextOffset: 6, isEnd: false });
      expect(await logs.isComplete(key)).toBe(false);
    });

    it("reads a key that was never captured as empty and not ended", async () => {
      await using logs = await open();
      expect(await logs.read(someKey(), "stdout")).toEqual({ bytes: new Uint8Array(), nextOffset: 0, isEnd: false });
    });

    it("is followed from before the capture to its end", async () => {
      await using logs = await open();
      const key = someKey();
      const pieces: string[] = [];
      const sawFirst = Promise.withResolvers<void>();
      const following = (async () => {
        for await (const chunk of logs.follow(key, "stdout")) {
          pieces.push(text(chunk.bytes));
          if (pieces.join("").includes("first")) sawFirst.resolve();
        }
      })();
      {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes("first "));
        await sawFirst.promise;
        await capture.write("stdout", bytes("second"));
      }
      await following;
      expect(pieces.join("")).toBe("first second");
    });

    it("stops following when it is told to, without an error", async () => {
      await using logs = await open();
      const key = someKey();
      await using capture = await logs.openCapture(key);
      await capture.write("stdout", bytes("live"));
      const controller = new AbortController();
      const pieces: string[] = [];
      for await (const chunk of logs.follow(key, "stdout", { signal: controller.signal })) {
        pieces.push(text(chunk.bytes));
        controller.abort();
      }
      expect(pieces).toEqual(["live"]);
    });

    it("appends when a key is captured again", async () => {
      await using logs = await open();
      const key = someKey();
      for (const part of ["try 1\n", "try 2\n"]) {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes(part));
      }
      expect(text((await logs.read(key, "stdout")).bytes)).toBe("try 1\ntry 2\n");
    });

    it("keeps the order of writes that are not awaited", async () => {
      await using logs = await open();
      const key = someKey();
      const lines = Array.from({ length: 50 }, (_, index) => `line ${index}\n`);
      {
        await using capture = await logs.openCapture(key);
        await Promise.all(lines.map((line) => capture.write("stdout", bytes(line))));
      }
      expect(text((await logs.read(key, "stdout")).bytes)).toBe(lines.join(""));
    });

    it("lists a run's keys and forgets a deleted run's", async () => {
      await using logs = await open();
      const [runId, otherRunId] = [randomUUID(), randomUUID()];
      for (const key of [stepLogKey(runId, "b"), stepLogKey(runId, "a.b"), stepLogKey(otherRunId, "c")]) {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes("x"));
      }
      expect(await logs.list([runId])).toEqual([stepLogKey(runId, "a.b"), stepLogKey(runId, "b")]);
      await logs.delete([runId]);
      expect(await logs.list([runId])).toEqual([]);
      expect(text((await logs.read(stepLogKey(otherRunId, "c"), "stdout")).bytes)).toBe("x");
    });

    it("takes names of any script", async () => {
      await using logs = await open();
      const key = someKey("schritt_größe_数_🚀[1]");
      {
        await using capture = await logs.openCapture(key);
        await capture.write("stdout", bytes("x"));
      }
      expect(text((await logs.read(key, "stdout")).bytes)).toBe("x");
    });

    it.each([
      [[]],
      [["run", ".."]],
      [["..", "..", "etc", "passwd"]],
      [["run", "a/../../b"]],
      [["run", "a\\b"]],
      [["run", "a\0b"]],
      [["run", ""]],
      [["a".repeat(300)]],
    ])("refuses the key %j", async (key) => {
      await using logs = await open();
      await expect(logs.read(key, "stdout")).rejects.toThrow(/is refused/);
      await expect(logs.openCapture(key)).rejects.toThrow(/is refused/);
      await expect(logs.delete(key)).rejects.toThrow(/is refused/);
    });
  });
}
