import { type AssetKey, assetKeyToUserString } from "@dagwright/model";
import { type CommandContext, homeOf } from "../context.ts";
import { InstanceNotFoundError, UsageError } from "../errors.ts";
import { openExistingInstance } from "../instance/open-for-command.ts";
import { confirmDeletion } from "../terminal/confirm-deletion.ts";
import { processTerminal } from "../terminal/terminal.ts";

/** What `asset wipe` takes. */
export interface WipeOptions {
  readonly all?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  /** Only these. */
  readonly partition?: readonly string[];
}

const pageSize = 1_000;

/** Forgets what this home's instance knows of assets. @returns whether all of them were known */
export async function wipeAssets(texts: readonly string[], options: WipeOptions, context: CommandContext): Promise<boolean> {
  const { all = false, partition: partitions = [] } = options;
  if (all === texts.length > 0)
    throw new UsageError(all ? "Name assets or say --all, not both." : "Name assets, or say --all for all of them.");
  if (all && partitions.length > 0) throw new UsageError("--partition goes with the assets that have it; name them.");
  const terminal = processTerminal();
  const instance = await openExistingInstance(context);
  if (instance === null) throw new InstanceNotFoundError(homeOf(context));
  await using _ = instance;
  const { assets } = instance.storage;
  const of = partitions.length === 0 ? "all that is known" : `what is known of ${partitions.length} partitions`;
  if (!(await confirmDeletion(`${of} of ${all ? "every asset" : texts.join(", ")}`, options))) return false;

  const reports: { readonly asset: string; readonly isWiped: boolean }[] = [];
  const wipe = async (key: AssetKey): Promise<void> => {
    let isWiped = true;
    if (partitions.length > 0) await assets.wipePartitions(key, partitions);
    else isWiped = await assets.wipe(key);
    reports.push({ asset: assetKeyToUserString(key), isWiped });
  };
  for (const text of texts) await wipe(text.split("/"));
  for (let cursor: AssetKey | undefined; all;) {
    const page = await assets.list({ limit: pageSize, ...(cursor !== undefined && { cursor }) });
    for (const key of page) await wipe(key);
    cursor = page.at(-1);
    if (page.length < pageSize) break;
  }
  if (options.json) terminal.json(reports);
  for (const { asset, isWiped } of reports) {
    if (!isWiped) terminal.complain("error", `This instance knows nothing of the asset ${asset}; asset list shows the project's`);
    else if (!options.json) terminal.print(`${asset} is wiped`);
  }
  return reports.every(({ isWiped }) => isWiped);
}
