import { crashPointNames } from "@dagwright/model";
import { expect, test } from "vitest";
import { runCampaign } from "./campaign.ts";
import type { CampaignOptions } from "./plan.ts";
import { repeatCommand } from "./repeat-command.ts";

/** The short matrix; the long one is `pnpm chaos`. */
const campaigns: readonly CampaignOptions[] = [
  { seed: 1, daemons: 1, groups: ["points"] },
  { seed: 2, daemons: 3, postgres: "own", groups: ["kills", "sleeps", "postgres", "clock", "location", "disk", "due-again"] },
];

test.each(campaigns)(
  "with $daemons daemon(s), whoever is killed at whatever point: all that is promised holds (seed $seed)",
  async (options) => {
    const { violations, reached, faults } = await runCampaign(options);
    expect(violations, `Again: ${repeatCommand(options)}\n${faults.join("\n")}`).toEqual([]);
    expect(
      crashPointNames.filter((name) => !reached.has(name)),
      "points that nobody passed",
    ).toEqual([]);
  },
  900_000,
);
