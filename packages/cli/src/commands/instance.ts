import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addExample } from "./answer-options.ts";
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
}
