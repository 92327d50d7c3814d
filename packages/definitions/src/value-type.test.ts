import { expect, test } from "vitest";
import { z } from "zod";
import { buildRepository } from "./build-repository.ts";
import { definitions } from "./definitions.ts";
import { job } from "./job.ts";
import { op } from "./op.ts";
import type { Schema } from "./schema.ts";

const order = z.object({ id: z.int(), amount: z.number() }).meta({ title: "Order", description: "One order of a shop" });

/** The type of an output with that schema, as pages show it. */
function shownType(schema: Schema): { readonly name: string; readonly description: string | null } {
  const make = op("make", { out: schema }, () => null as never);
  const repository = buildRepository(definitions({ jobs: [job("j", () => void make())] }));
  return repository.jobs.get("j")!.snapshot.ops[0]!.outs[0]!.type;
}

test("a type is shown by its name and description, where its schema has them", () => {
  expect(shownType(order)).toEqual({ name: "Order", description: "One order of a shop" });
  expect(shownType(z.array(order).describe("Of a day"))).toEqual({ name: "Order[]", description: "Of a day" });
  expect(shownType(z.record(z.string(), order.nullable()))).toMatchObject({ name: "Record<string, Order | null>" });
  expect(shownType(order.refine(({ amount }) => amount > 0))).toMatchObject({ name: "Order" });
  expect(shownType(z.string().meta({ id: "Country" }))).toMatchObject({ name: "Country" });
});

test("a type without a name is shown as it is written", () => {
  expect(shownType(z.object({ id: z.int(), tags: z.array(z.string()) }))).toEqual({
    name: "{ id: int; tags: string[] }",
    description: null,
  });
  expect(shownType(z.string().meta({ title: "" }))).toMatchObject({ name: "string" });
});

test("a type of another library goes by the library's name", () => {
  const even: Schema<number> = {
    "~standard": { version: 1, vendor: "parity", validate: (value) => ({ value: value as number }) },
  };
  expect(shownType(even)).toEqual({ name: "parity", description: null });
});
