/**
 * The long matrix: campaigns one after the other, each decided by its seed. Ends at the first that finds something, with the command that
 * repeats it.
 *
 *     pnpm chaos [--seeds N] [--seed S] [--minutes M] [--daemons 1|3] [--point NAME] [--postgres own|shared|pgbouncer] [--groups points,kills,…] [--bug NAME]
 */
import { parseArgs } from "node:util";
import { crashPointNames } from "@dagwright/model";
import { runCampaign } from "./campaign.ts";
import { type CampaignOptions, faultGroups } from "./plan.ts";
import { deliberateBugs, type DeliberateBugName } from "./deliberate-bugs.ts";
import { repeatCommand } from "./repeat-command.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    daemons: { type: "string" },
    point: { type: "string" },
    postgres: { type: "string", default: "own" },
    groups: { type: "string" },
    bug: { type: "string" },
  },
});

const refuse = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};
const number = (name: "seeds" | "seed" | "minutes" | "daemons"): number | null => {
  const text = values[name];
  if (text === undefined) return null;
  return Number.isFinite(Number(text)) ? Number(text) : refuse(`--${name} is ${JSON.stringify(text)}, not a number`);
};
const point = crashPointNames.find((name) => name === values.point);
if (values.point !== undefined && point === undefined)
  refuse(`There is no crash point "${values.point}"; there are\n  ${crashPointNames.join("\n  ")}`);
const postgres =
  (["own", "shared", "pgbouncer"] as const).find((name) => name === values.postgres) ??
  refuse(`--postgres must be own, shared or pgbouncer`);

const groups = (values.groups ?? faultGroups.join(",")).split(",").map((text) => {
  return (
    faultGroups.find((name) => name === text) ??
    refuse(`There are no faults of kind "${text}"; there are ${faultGroups.join(", ")}`)
  );
});

const bug = (Object.keys(deliberateBugs) as DeliberateBugName[]).find((name) => name === values.bug);
if (values.bug !== undefined && bug === undefined)
  refuse(`There is no deliberate bug "${values.bug}"; there are ${Object.keys(deliberateBugs).join(", ")}`);

const first = number("seed") ?? Date.now() % 1_000_000;
const minutes = number("minutes");
const seeds = number("seed") !== null ? 1 : (number("seeds") ?? (minutes === null ? 1 : Infinity));
const giveUpAt = minutes === null ? Infinity : Date.now() + minutes * 60_000;

for (let seed = first; seed < first + seeds && Date.now() < giveUpAt; seed += 1) {
  const options: CampaignOptions = {
    seed,
    // Without a wish both numbers have their turn.
    daemons: number("daemons") ?? (seed % 2 === 0 ? 1 : 3),
    ...(point !== undefined && { point }),
    postgres,
    groups,
    ...(bug !== undefined && { bug }),
  };
  process.stdout.write(`seed ${seed}, ${options.daemons} daemon(s)\n`);
  const report = await runCampaign(options, (line) => process.stdout.write(`  ${line}\n`));
  process.stdout.write(`  ${report.runs} runs, ${report.ticks} ticks, ${report.reached.size} crash points reached\n`);
  if (report.violations.length === 0) continue;
  process.stdout.write(
    `\nBROKEN:\n${report.violations.map((line) => `- ${line}`).join("\n")}\n\nAgain: ${repeatCommand(options)}\n`,
  );
  process.exitCode = 1;
  break;
}
