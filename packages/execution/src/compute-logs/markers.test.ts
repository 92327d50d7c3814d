import { describe, expect, it } from "vitest";
import { type Cut, marker, MarkerCutter, newMarkerToken } from "./markers.ts";

const token = newMarkerToken();

function cutInChunks(text: string, chunkBytes: number): (string | number)[] {
  const cutter = new MarkerCutter(token);
  const bytes = Buffer.from(text, "latin1");
  const cuts: Cut[] = [];
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) cuts.push(...cutter.feed(bytes.subarray(at, at + chunkBytes)));
  cuts.push(...cutter.end());
  const joined: (string | number)[] = [];
  for (const cut of cuts) {
    if ("sequence" in cut) joined.push(cut.sequence);
    else if (typeof joined.at(-1) === "string") joined.push(`${joined.pop()}${Buffer.from(cut.bytes).toString("latin1")}`);
    else joined.push(Buffer.from(cut.bytes).toString("latin1"));
  }
  return joined;
}

describe("MarkerCutter", () => {
  it("finds every mark however the stream is chunked", () => {
    const text = `before${marker(token, 1)}one\n\0\0${marker(token, 2)}${marker(token, 3)}three\0${token.slice(0, 5)}${marker("f".repeat(32), 4)}é`;
    const expected = ["before", 1, "one\n\0\0", 2, 3, `three\0${token.slice(0, 5)}${marker("f".repeat(32), 4)}é`];
    for (const chunkBytes of [1, 2, 3, 7, 43, 44, 45, 1000]) expect(cutInChunks(text, chunkBytes)).toEqual(expected);
  });

  it("hands bytes on at once unless they could begin a mark", () => {
    const cutter = new MarkerCutter(token);
    expect(cutter.feed(Buffer.from("a line without an end"))).toEqual([{ bytes: Buffer.from("a line without an end") }]);
    expect(cutter.feed(Buffer.from("x\0"))).toEqual([{ bytes: Buffer.from("x") }]);
    expect(cutter.feed(Buffer.from("y"))).toEqual([{ bytes: Buffer.from("\0y") }]);
    expect(cutter.feed(Buffer.from(marker(token, 5).slice(0, -1)))).toEqual([]);
    expect(cutter.feed(Buffer.from("\0"))).toEqual([{ sequence: 5 }]);
  });
});
