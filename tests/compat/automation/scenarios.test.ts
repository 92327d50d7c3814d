import fc from "fast-check";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster } from "./ask-dagster.ts";
import { playScenario } from "./our-automation.ts";
import { anyScenario, anyScenarioWithJob } from "./scenarios.ts";

/** The same scenarios in every run: what differs is found again. */
const scenarios = [
  ...fc.sample(anyScenario, { seed: 20_261_130, numRuns: 60 }),
  ...fc.sample(anyScenarioWithJob, { seed: 20_261_130, numRuns: 40 }),
];

test("looking only at what something has happened to requests what looking at everything does", async () => {
  for (const scenario of scenarios) {
    const everything = await playScenario(scenario, undefined, false);
    expect(await playScenario(scenario), JSON.stringify(scenario)).toEqual(everything);
  }
});

describeWithEngine("python", "evaluations beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("request the same partitions of the same assets at each tick", async () => {
    const theirs = askDagster(
      DAGSTER_PYTHON,
      scenarios.map((scenario) => ({ ask: "scenario", ...scenario })),
    );
    for (const [index, scenario] of scenarios.entries()) {
      expect(await playScenario(scenario), JSON.stringify(scenario)).toEqual(theirs[index]);
    }
  });
});
