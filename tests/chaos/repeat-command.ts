import type { CampaignOptions } from "./plan.ts";

/** What to type to have the same campaign again. */
export function repeatCommand({ seed, daemons = 1, point, postgres = "shared", groups }: CampaignOptions): string {
  return [
    `pnpm chaos --seed ${seed} --daemons ${daemons} --postgres ${postgres}`,
    ...(point === undefined ? [] : [`--point ${point}`]),
    ...(groups === undefined ? [] : [`--groups ${groups.join(",")}`]),
  ].join(" ");
}
