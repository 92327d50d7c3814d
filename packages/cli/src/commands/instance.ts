import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addExample, addJsonOption, type JsonOption } from "./answer-options.ts";
import type { PurgeOptions } from "../instance/purge.ts";
import { stderrLog } from "../stderr-log.ts";

export function addInstanceCommand(program: Command, context: CommandContext): void {
  const group = program.command("instance").description("the instance: its home, its database");
  addExample(group, "instance info");
  const show = group
    .command("info")
    .description("say where the instance keeps what")
    .option("--json", "print one JSON document and nothing else on stdout");
  addExample(show, "instance info --json").action(async ({ json }: { readonly json?: boolean }) => {
    const { openInstanceForCommand } = await import("../instance/open-for-command.ts");
    await using instance = await openInstanceForCommand(context);
    const { settings, config } = instance;
    const info = {
      home: settings.home,
      configFile: settings.configFile,
      storage: `${settings.storage.kind}: ${settings.storage.url}`,
      runCoordinator: config.runCoordinator.name,
      runLauncher: config.runLauncher.name,
      computeLogs: config.computeLogs.name,
      computeLogDir: settings.computeLogDir,
      artifactDir: settings.artifactDir,
      runtimeDir: settings.runtimeDir,
    };
    if (json) return console.log(JSON.stringify(info, null, 2));
    for (const [name, value] of Object.entries(info)) console.log(`${name.padEnd(15)} ${value ?? "-"}`);
  });
  const migrate = group.command("migrate").description("bring the database's tables to this version");
  addExample(migrate, "instance migrate").action(async () => {
    const { openInstance } = await import("@dagwright/instance");
    await using instance = await openInstance(
      {
        home: homeOf(context),
        env: context.env,
        role: "cli",
        listen: false,
        maxConnections: 1,
        migrate: true,
        retryForMs: 30_000,
        log: stderrLog,
      },
      new AbortController().signal,
    );
    console.log(`The tables at ${instance.settings.storage.url} are at this version.`);
  });
  const purge = group
    .command("purge")
    .description("remove at once what `retention` of dagster.yaml says; daemons do so by themselves, every hour")
    .option("--dry-run", "say what would be removed, and remove nothing");
  addExample(addJsonOption(purge), "instance purge --dry-run").action(async (options: PurgeOptions) => {
    const { purge: purgeNow } = await import("../instance/purge.ts");
    await purgeNow(options, context);
  });
  addConcurrencyCommands(group, context);
}

/** Limits of concurrency pools, by Dagster's names for the commands. */
function addConcurrencyCommands(group: Command, context: CommandContext): void {
  const concurrency = group.command("concurrency").description("the limits of concurrency pools, and who holds their slots");
  addExample(concurrency, "instance concurrency get --all");
  const get = addJsonOption(concurrency.command("get"))
    .description("say how many slots a pool has and how many are taken; of all pools without a name")
    .argument("[pool]", "the pool's name")
    .option("--all", "all pools that have a limit or somebody who wants slots");
  addExample(get, "instance concurrency get warehouse", "instance concurrency get --all").action(
    async (pool: string | undefined, { json }: JsonOption) => {
      const { describePool, jsonOfPool, readPools } = await import("../instance/pool-limits.ts");
      const pools = await readPools(pool ?? null, context);
      if (json) return console.log(JSON.stringify(pool === undefined ? pools.map(jsonOfPool) : jsonOfPool(pools[0]!), null, 2));
      if (pools.length === 0)
        return console.log("No pool has a limit. Give one by: dagwright instance concurrency set POOL LIMIT");
      for (const one of pools) console.log(describePool(one));
    },
  );
  const set = concurrency
    .command("set")
    .description("give a pool a limit of its own: how many slots its steps share, in all runs together")
    .argument("<pool>", "the pool's name")
    .argument("<limit>", "0 lets no step begin; `default`: the limit of dagster.yaml counts again");
  addExample(set, "instance concurrency set warehouse 4").action(async (pool: string, limit: string) => {
    const { parsePoolLimit, setPoolLimit } = await import("../instance/pool-limits.ts");
    console.log(await setPoolLimit(pool, parsePoolLimit(limit), context));
  });
}
