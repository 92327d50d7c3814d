import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isPure } from "./schema-purity.ts";

const tree: z.ZodType = z.lazy(() => z.object({ children: z.array(tree) }));

describe("isPure", () => {
  it("takes schemas that only look at a value", () => {
    for (const schema of [
      z.number(),
      z.array(z.object({ a: z.string().min(1), b: z.date().nullable() })),
      z.map(z.string(), z.bigint()),
      z.union([z.literal(1), z.null()]),
      tree,
    ]) {
      expect(isPure(schema)).toBe(true);
    }
  });

  it("does not take those that change it, however deep that lies, nor those it cannot look into", () => {
    const deep = z.object({ list: z.array(z.tuple([z.string().transform(Number)])) });
    const other = { "~standard": { version: 1 as const, vendor: "another", validate: (value: unknown) => ({ value }) } };
    for (const schema of [
      deep,
      z.coerce.number(),
      z.string().trim(),
      z.string().default("x"),
      z.number().catch(0),
      z.string().pipe(z.coerce.date()),
      z.preprocess(String, z.string()),
      other,
    ]) {
      expect(isPure(schema)).toBe(false);
    }
  });
});
