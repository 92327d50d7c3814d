import { styleText } from "node:util";
import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addHostTargetOptions, addLogOptions, type LogOptions, parsePort } from "../options.ts";
import type { HostTargetOptions } from "../project-target.ts";
import { addExample } from "./answer-options.ts";

interface DevCommandOptions extends HostTargetOptions, LogOptions {
  readonly host: string;
  readonly port?: number;
}

export function addDevCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("dev")
    .description("run everything for a project: Postgres, webserver, daemon and code locations")
    .option("-h, --host <host>", "address the webserver listens on", "127.0.0.1")
    .option("-p, --port <port>", "port of the webserver (default: 3000, or the next free one)", parsePort);
  addExample(command, "dev", "dev -f src/definitions.ts -p 4000");
  addLogOptions(addHostTargetOptions(command)).action(async (options: DevCommandOptions) => {
    const [{ startDev }, { resolveHostTargets }, { LinePrefix }, { onShutdown }] = await Promise.all([
      import("../dev/dev.ts"),
      import("../project-target.ts"),
      import("../dev/line-prefix.ts"),
      import("../shutdown.ts"),
    ]);
    using shutdown = onShutdown();
    const targets = resolveHostTargets(options, context.directory, context.env);
    const prefix = new LinePrefix({ useColor: options.logFormat === "colored", width: 9 });
    const print = (name: string, line: string): void => console.log(prefix.format(name, line));
    const { host, port, logFormat, logLevel } = options;
    await using dev = await startDev(
      {
        targets,
        home: homeOf(context),
        env: context.env,
        host,
        print,
        logArguments: ["--log-format", logFormat, "--log-level", logLevel],
        ...(port !== undefined && { port }),
      },
      shutdown.signal,
    );
    print("dev", `Dagwright is at ${styleText("bold", dev.url)}  (Ctrl-C stops everything)`);
    await shutdown.requested;
    print("dev", "stopping; Ctrl-C again ends at once");
  });
}
