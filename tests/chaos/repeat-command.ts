import type { CampaignOptions } from "./plan.ts";

/** What to type to have the same campaign again. */
export function repeatCommand({ seed, daemons = 1, point, postgres = "shared" }: CampaignOptions): string {
  return [
    `pnpm chaos --seed ${seed} --daemons ${daemons}`,
    ...(point === undefined ? [] : [`--point ${point}`]),
    ...(postgres === "shared" ? [] : [`--postgres ${postgres}`]),
  ].join(" ");
}
