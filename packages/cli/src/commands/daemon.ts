import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addLogOptions, addTargetOptions, type LogOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import { addExample } from "./answer-options.ts";

export function addDaemonCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("daemon")
    .description("evaluate schedules and sensors, empty the run queue, watch runs; any number of replicas may run");
  addExample(command, "daemon -w workspace.yaml");
  addLogOptions(addTargetOptions(command)).action(async (options: TargetOptions & LogOptions) => {
    const [{ startDaemon }, { openHost }, { announceReady }] = await Promise.all([
      import("@dagwright/daemon"),
      import("../host.ts"),
      import("../dev/ready.ts"),
    ]);
    await using host = await openHost({ role: "daemon", home: homeOf(context), context, options });
    await using _daemon = await startDaemon(host, host.signal);
    announceReady();
    await host.stopRequested;
  });
}
