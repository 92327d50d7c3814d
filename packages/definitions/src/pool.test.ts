import { planExecution } from "@dagwright/graph";
import { expect, test } from "vitest";
import { asset, buildRepository, definitions, job, op, type PoolUse } from "./index.ts";

const planned = (pool: PoolUse) => {
  const repository = buildRepository(definitions({ jobs: [job("j", () => void op("o", { pool }, () => 1)())] }));
  const [step] = planExecution(repository.jobs.get("j")!.snapshot).steps;
  return { pool: step!.pool, poolSlots: step!.poolSlots };
};

test("a step takes one slot of its pool, or as many as its op says", () => {
  expect(planned("database")).toEqual({ pool: "database", poolSlots: undefined });
  expect(planned({ name: "database", slots: 1 })).toEqual({ pool: "database", poolSlots: undefined });
  expect(planned({ name: "database", slots: 3 })).toEqual({ pool: "database", poolSlots: 3 });
});

test("assets have pools too", () => {
  const orders = asset("orders", { pool: { name: "warehouse", slots: 2 } }, () => 1);
  const { snapshot } = [...buildRepository(definitions({ assets: [orders] })).jobs.values()][0]!;
  expect(snapshot.ops[0]).toMatchObject({ pool: "warehouse", poolSlots: 2 });
});

test("a pool that cannot be is refused where it is named", () => {
  expect(() => planned("")).toThrow('Op "o": its pool is ""; a pool\'s name is a text of at most 200 characters');
  expect(() => planned({ name: "database", slots: 0 })).toThrow(
    'Op "o": it takes 0 slots of pool "database"; it must be a whole number of at least 1',
  );
});
