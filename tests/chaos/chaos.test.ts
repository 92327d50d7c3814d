import { crashPointNames } from "@dagwright/model";
import { expect, test } from "vitest";
import { describeWithEngine } from "../engines.ts";
import { runCampaign } from "./campaign.ts";
import { type CampaignOptions, faultGroups } from "./plan.ts";
import { repeatCommand } from "./repeat-command.ts";

/** The short matrix; the long one is `pnpm chaos`. Campaigns wait more than they compute, so they go side by side. */
const campaigns: readonly CampaignOptions[] = [
  { seed: 1, daemons: 1, groups: ["points"] },
  { seed: 2, daemons: 3, postgres: "own", groups: faultGroups.filter((group) => group !== "points") },
];

describeWithEngine("pgbouncer", "through pgbouncer in transaction mode", () => {
  const options: CampaignOptions = { seed: 3, daemons: 2, postgres: "pgbouncer", groups: ["kills", "queue", "due-again"] };
  test(`all that is promised holds (seed ${options.seed})`, async () => {
    const { violations, faults } = await runCampaign(options);
    expect(violations, `Again: ${repeatCommand(options)}\n${faults.join("\n")}`).toEqual([]);
  }, 900_000);
});

test.concurrent.each(campaigns)(
  "with $daemons daemon(s), whoever is killed at whatever point: all that is promised holds (seed $seed)",
  async (options) => {
    const { violations, reached, faults } = await runCampaign(options);
    expect(violations, `Again: ${repeatCommand(options)}\n${faults.join("\n")}`).toEqual([]);
    if (options.groups?.includes("points") === false) return;
    expect(
      crashPointNames.filter((name) => !reached.has(name)),
      "points that nobody passed",
    ).toEqual([]);
  },
  900_000,
);
