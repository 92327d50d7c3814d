import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { md5 } from "./md5.ts";

test("digests of texts of any length are those of MD5", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(md5(text)).toBe(createHash("md5").update(new TextEncoder().encode(text)).digest("hex"));
    }),
    { numRuns: 30 },
  );
});
