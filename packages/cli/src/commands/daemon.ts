import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addHostTargetOptions, addLogOptions, type LogOptions } from "../options.ts";
import type { HostTargetOptions } from "../project-target.ts";
import { addExample, addJsonOption, addRemoteOption, type JsonOption, type UrlOption } from "./answer-options.ts";

export function addDaemonCommand(program: Command, context: CommandContext): void {
  const group = program.command("daemon").description("what happens by itself: schedules, sensors, the run queue, backfills");
  addExample(group, "daemon -w workspace.yaml", "daemon status");
  addStatusCommand(group, context);
  // Also what is meant by `daemon` alone.
  const command = group
    .command("run", { isDefault: true })
    .description("evaluate schedules and sensors, empty the run queue, watch runs; any number of replicas may run");
  addExample(command, "daemon run -w workspace.yaml");
  addLogOptions(addHostTargetOptions(command)).action(async (options: HostTargetOptions & LogOptions) => {
    const [{ startDaemon }, { sensorTimeout }, { openHost }, { announceReady }] = await Promise.all([
      import("@dagwright/daemon"),
      import("../daemons/sensor-timeout.ts"),
      import("../host.ts"),
      import("../dev/ready.ts"),
    ]);
    await using host = await openHost({ role: "daemon", home: homeOf(context), context, options });
    await using _daemon = await startDaemon({ ...host, ...sensorTimeout(context.env) }, host.signal);
    announceReady();
    await host.stopRequested;
  });
}

function addStatusCommand(group: Command, context: CommandContext): void {
  const status = group
    .command("status")
    .description("show every replica's duties: whether it is alive, how late it is, what failed; exit code 1 when none is alive");
  addExample(addRemoteOption(addJsonOption(status)), "daemon status", "daemon status --json");
  status.action(async (options: JsonOption & UrlOption) => {
    const [{ readDaemonStatus }, { showDaemonStatus }, { processTerminal }] = await Promise.all([
      import("../daemons/daemon-status.ts"),
      import("../daemons/show-daemon-status.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const terminal = processTerminal();
    const report = await readDaemonStatus(options, context);
    if (options.json) terminal.json(report.replicas);
    else showDaemonStatus(report, terminal);
    if (!report.replicas.some(({ isAlive }) => isAlive)) process.exitCode = 1;
  });
}
