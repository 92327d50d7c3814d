import type { Command } from "commander";
import type { WipeOptions } from "../assets/wipe-assets.ts";
import type { CommandContext } from "../context.ts";
import { addTargetOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import {
  addExample,
  addJsonOption,
  addLaunchOptions,
  addLocationOption,
  addRemoteOption,
  type JsonOption,
  type LaunchOptions,
  type LocationOption,
  type UrlOption,
} from "./answer-options.ts";

type ListOptions = TargetOptions & JsonOption & UrlOption & { readonly select?: string };
type MaterializeOptions = TargetOptions &
  LaunchOptions &
  JsonOption &
  LocationOption & { readonly select: string; readonly onlyStale?: boolean };

const selectHelp =
  "which assets: keys (a/b), group:NAME, * for all, +a/b or a/b+1 with what lies above or below, and, or, not, brackets";

export function addAssetCommand(program: Command, context: CommandContext): void {
  const group = program.command("asset").description("assets: list, materialize here, wipe");
  addExample(group, "asset list", "asset materialize --select '*'");

  const list = group.command("list").description("list the project's assets").option("--select <assets>", selectHelp);
  addExample(addTargetOptions(addRemoteOption(addJsonOption(list))), "asset list", "asset list --select '+orders/daily' --json");
  list.action(async (options: ListOptions) => {
    const { listAssets } = await import("../projects/list-definitions.ts");
    await listAssets(options, context);
  });

  const wipe = group
    .command("wipe")
    .description("forget what the instance knows of assets: materializations, partitions, checks; logs of runs keep theirs")
    .argument("[asset...]", "keys: a/b")
    .option("--all", "every asset that the instance knows")
    .option("--partition <keys...>", "only these partitions")
    .option("--force", "without being asked");
  addExample(addJsonOption(wipe), "asset wipe orders/daily", "asset wipe orders/daily --partition 2026-11-21 --force").action(
    async (assets: readonly string[], options: WipeOptions) => {
      const { wipeAssets } = await import("../assets/wipe-assets.ts");
      process.exitCode = (await wipeAssets(assets, options, context)) ? 0 : 1;
    },
  );

  const materialize = group
    .command("materialize")
    .description("materialize assets in one run in this process, without any server; exits with 0 only when it succeeded")
    .requiredOption("--select <assets>", selectHelp)
    .option("--only-stale", "leave out what is fresh: made by this code from the newest data");
  addExample(
    addLocationOption(addTargetOptions(addJsonOption(addLaunchOptions(materialize)))),
    "asset materialize --select '*'",
    "asset materialize --select orders,revenue+",
    "asset materialize --select orders --partition 2026-11-21",
  );
  materialize.action(async (options: MaterializeOptions) => {
    const [{ readRunConfig }, { launchTags }, { materializeAssets }, { processTerminal }] = await Promise.all([
      import("../run-config/read-run-config.ts"),
      import("../run-config/launch-tags.ts"),
      import("../projects/execute-definitions.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const wanted = {
      runConfig: readRunConfig(options, context.directory),
      tags: launchTags(options),
      json: options.json ?? false,
      onlyStale: options.onlyStale ?? false,
    };
    const ok = await materializeAssets(options.select, wanted, options, context, processTerminal({ whenUnread: "go-on" }));
    process.exitCode = ok ? 0 : 1;
  });
}
