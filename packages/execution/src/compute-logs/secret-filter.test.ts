import { SecretMask } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { SecretFilter } from "./secret-filter.ts";

const filtered = (secrets: readonly string[], chunks: readonly (string | Uint8Array)[]): readonly string[] => {
  const filter = new SecretFilter(new SecretMask(secrets));
  const fed = chunks.map((chunk) => filter.feed(typeof chunk === "string" ? Buffer.from(chunk) : chunk));
  return [...fed, filter.end()].map((bytes) => Buffer.from(bytes).toString("utf8"));
};

describe("a filter of secrets", () => {
  test("hides what comes whole, in pieces, byte by byte, and next to itself", () => {
    expect(filtered(["hunter2"], ["a hunter2 b"])).toEqual(["a ******** b", ""]);
    expect(filtered(["hunter2"], ["a hun", "ter2 b"])).toEqual(["a ", "******** b", ""]);
    const single = Array.from("xhunter2hunter2y");
    expect(filtered(["hunter2"], single).join("")).toBe("x****************y");
    const bytes = [...Buffer.from("für Ößlü!")].map((byte) => Uint8Array.of(byte));
    expect(filtered(["Ößlü"], bytes).join("")).toBe("für ********!");
  });

  test("holds back only what could be a beginning, and gives it at the end", () => {
    expect(filtered(["hunter2"], ["tell hunt"])).toEqual(["tell ", "hunt"]);
    expect(filtered(["hunter2"], ["hunhun", "ter2"])).toEqual(["hun", "********", ""]);
    expect(filtered(["hunter2"], ["hun", "gry"])).toEqual(["", "hungry", ""]);
  });

  test("hides the longer of two secrets of which one begins the other", () => {
    expect(filtered(["abc", "abcdef"], ["abcdef abc abcd"]).join("")).toBe("******** ******** ********d");
    expect(filtered(["abc", "abcdef"], ["ab", "cd", "ef."]).join("")).toBe("********.");
  });

  test("hides lines of a key that is printed line by line, and what JSON, URLs and base64 make of a text", () => {
    const key = "-----BEGIN KEY-----\nQUJDREVGRw\nSElKS0xNTg\n-----END KEY-----\n";
    expect(filtered([key], ["> QUJDREVGRw\n> SElKS0xNTg\n"]).join("")).toBe("> ********\n> ********\n");
    const word = 'a "b"&c/é';
    const shapes = [JSON.stringify({ word }), encodeURIComponent(word), Buffer.from(word).toString("base64")];
    for (const shape of shapes) expect(filtered([word], [shape]).join("")).toContain("********");
  });

  test("is no filter without secrets, empty ones and blanks included", () => {
    const bytes = Buffer.from([0, 255, 13, 10]);
    expect(new SecretFilter(new SecretMask(["", "  "])).feed(bytes)).toBe(bytes);
  });
});
