import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("equal content has equal text, whatever the order of keys", () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: undefined }] })).toBe('{"a":[{"d":1}],"b":1}');
  expect(canonicalJson({ a: [{ d: 1 }], b: 1 })).toBe(canonicalJson({ b: 1, a: [{ d: 1 }] }));
});
