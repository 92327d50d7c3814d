import { expect, test } from "vitest";
import { runCampaign } from "./campaign.ts";
import type { DeliberateBugName } from "./deliberate-bugs.ts";
import type { CampaignOptions } from "./plan.ts";
import { repeatCommand } from "./repeat-command.ts";

/** A harness that finds nothing proves nothing: with one of these bugs inside it must. */
const cases: readonly [bug: DeliberateBugName, finding: RegExp, options: CampaignOptions][] = [
  [
    "commit-without-fence",
    /next time of an instigator never goes back|no due time is without its tick/,
    // Each of the two sleeps takes a daemon: who takes over what they held has to be a third.
    { seed: 1, daemons: 3, groups: ["ticks-asleep"] },
  ],
  ["tick-without-unique-key", /a due time has one tick/, { seed: 1, daemons: 1, groups: ["due-again"] }],
  ["dequeue-without-row-lock", /more runs at once than/, { seed: 1, daemons: 3, groups: ["queue"] }],
];

test.concurrent.each(cases)(
  "the harness finds %s",
  async (bug, finding, options) => {
    const { violations, faults } = await runCampaign({ ...options, bug });
    expect(violations.join("\n"), `${repeatCommand(options)} --bug ${bug}\n${faults.join("\n")}`).toMatch(finding);
  },
  600_000,
);
