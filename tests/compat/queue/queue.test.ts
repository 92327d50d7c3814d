import { openStorage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster } from "../ask-dagster.ts";
import { cases } from "./cases.ts";
import { roundsOf } from "./our-queue.ts";

describeWithEngine("python", "the run queue beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("the same runs leave it in the same order, round by round", { timeout: 300_000 }, async () => {
    const theirs = askDagster(DAGSTER_PYTHON, new URL("dagster_queue.py", import.meta.url), cases);
    await using database = await createTestDatabase();
    await using storage = await openStorage({ connectionString: database.connectionString, role: "test" });
    for (const [index, each] of cases.entries())
      expect({ answer: await roundsOf(each, storage) }, JSON.stringify(each)).toEqual(theirs[index]);
  });
});
