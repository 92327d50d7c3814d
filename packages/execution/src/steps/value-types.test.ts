import { asset, buildRepository, definitions, inProcessExecutor, job, namedType, op, type Schema } from "@dagwright/definitions";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { executeInProcess, materialize } from "../index.ts";

/** The same types in three libraries: a record, and a text of which one more letter is made each time its schema runs. */
const libraries: Readonly<
  Record<string, { readonly record: Schema; readonly growing: Schema; readonly names: readonly string[] }>
> = {
  zod: {
    record: z.object({ id: z.number() }),
    growing: z.string().transform((text) => `${text}!`),
    names: ["{ id: number }", "string"],
  },
  valibot: {
    record: v.object({ id: v.number() }),
    growing: v.pipe(
      v.string(),
      v.transform((text) => `${text}!`),
    ),
    names: ["Object", "string"],
  },
  arktype: {
    record: type({ id: "number" }),
    growing: type("string").pipe((text) => `${text}!`),
    names: ["{ id: number }", "(In: string) => Out<unknown>"],
  },
};

describe.each(Object.entries(libraries))("value types of %s", (_, { record, growing, names }) => {
  it("check what ops return and get; a schema that transforms runs once, at the output", async () => {
    const make = op("make", { out: growing }, () => "text");
    const use = op("use", { ins: { text: growing } }, ({ text }) => text);
    const both = job("both", { executor: inProcessExecutor }, () => void use({ text: make() as never }));
    const result = await executeInProcess(both);
    expect(result.outputValue("make")).toBe("text!");
    expect(result.outputValue("use")).toBe("text!");
    const made = asset("made", { out: growing }, () => "text");
    const used = asset("used", { ins: { made } }, ({ made: text }) => text);
    expect((await materialize([made, used])).assetValue("used")).toBe("text!");
  });

  it("of values that do not fit are events and failures of their step, with what was wrong", async () => {
    const make = op("make", { out: record }, () => ({ id: "x" }) as never);
    const wrongOutput = job("wrong_output", { executor: inProcessExecutor }, () => void make());
    const output = await executeInProcess(wrongOutput, { raiseOnError: false });
    expect(output.success).toBe(false);
    expect(output.events.filter(({ stepKey }) => stepKey === "make").map((event) => event.type)).toEqual([
      "STEP_START",
      "STEP_OUTPUT",
      "STEP_FAILURE",
    ]);
    const [yielded] = output.eventsOf("STEP_OUTPUT");
    expect(yielded!.typeCheck).toMatchObject({ success: false, label: "result" });
    expect(yielded!.typeCheck.description).toMatch(/^Output "result" of op "make": expected .*, got \{ id: 'x' \} \(\$?\.?id: /);
    expect(output.eventsOf("STEP_FAILURE")[0]).toMatchObject({
      errorSource: "USER_CODE_ERROR",
      error: { name: "TypeCheckError", message: yielded!.typeCheck.description },
    });

    const anything = op("anything", {}, () => 5 as unknown);
    const use = op("use", { ins: { record } }, () => null);
    const wrongInput = job("wrong_input", { executor: inProcessExecutor }, () => void use({ record: anything() as never }));
    const input = await executeInProcess(wrongInput, { raiseOnError: false });
    expect(input.events.filter(({ stepKey }) => stepKey === "use").map((event) => event.type)).toEqual([
      "STEP_START",
      "LOADED_INPUT",
      "STEP_INPUT",
      "STEP_FAILURE",
    ]);
    expect(input.eventsOf("STEP_INPUT", "use")[0]!.typeCheck.success).toBe(false);
  });

  it("have a name for people: their own, or how they are built", () => {
    const named = namedType("Order", record, { description: "As the shop has it" });
    const parts = op("parts", { outs: { record, growing, named } }, () => ({}) as never);
    const { jobs } = buildRepository(definitions({ jobs: [job("j", () => void parts())] }));
    const [snapshot] = jobs.get("j")!.snapshot.ops;
    expect(snapshot!.outs.map(({ type: { name } }) => name)).toEqual([...names, "Order"]);
    expect(snapshot!.outs[2]!.type.description).toBe("As the shop has it");
  });
});

describe("a named type", () => {
  it("transforms once, has its schema's default, and is not checked twice by another name", async () => {
    const trimmed = namedType(
      "Trimmed",
      z
        .string()
        .default("none")
        .transform((text) => `${text}!`),
    );
    const make = op("make", { out: trimmed }, () => "x");
    const use = op("use", { ins: { text: trimmed } }, ({ text }) => text);
    const both = job("both", { executor: inProcessExecutor }, () => void use({ text: make() }));
    expect((await executeInProcess(both)).outputValue("use")).toBe("x!");
  });

  it("may come from the schema itself", () => {
    const zod = z.object({ id: z.number() }).meta({ title: "Order", description: "Of the shop" });
    const valibot = v.pipe(v.object({}), v.title("Customer"), v.description("Of the shop, too"));
    const parts = op("parts", { outs: { zod, list: z.array(zod), valibot } }, () => ({}) as never);
    const { jobs } = buildRepository(definitions({ jobs: [job("j", () => void parts())] }));
    expect(jobs.get("j")!.snapshot.ops[0]!.outs.map(({ type: shown }) => shown)).toEqual([
      { name: "Order", description: "Of the shop" },
      { name: "Order[]", description: null },
      { name: "Customer", description: "Of the shop, too" },
    ]);
  });

  it("needs a name", () => {
    expect(() => namedType(" ", z.string())).toThrow("namedType: its first argument must be the type's name");
  });
});
