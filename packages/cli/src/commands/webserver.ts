import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { addLogOptions, addTargetOptions, type LogOptions, parsePort } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import { addExample } from "./answer-options.ts";

interface WebserverCommandOptions extends TargetOptions, LogOptions {
  readonly host: string;
  readonly port: number;
  readonly pathPrefix: string;
  readonly readOnly?: boolean;
}

export function addWebserverCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("webserver")
    .description("serve the GraphQL API and the pages")
    .option("-h, --host <host>", "address to listen on", "127.0.0.1")
    .option("-p, --port <port>", "port to listen on; 0 takes any", parsePort, 3000)
    .option("--path-prefix <path>", "path under which everything is served", "")
    .option("--read-only", "refuse every mutation");
  addExample(command, "webserver -w workspace.yaml -h 0.0.0.0 -p 3000");
  addLogOptions(addTargetOptions(command)).action(async (options: WebserverCommandOptions) => {
    const [{ startWebserver }, { openHost }, { announceReady }] = await Promise.all([
      import("@dagwright/webserver"),
      import("../host.ts"),
      import("../dev/ready.ts"),
    ]);
    await using host = await openHost({ role: "webserver", home: homeOf(context), context, options });
    await using webserver = await startWebserver(
      {
        instance: host.instance,
        workspace: host.workspace,
        log: host.log,
        host: options.host,
        port: options.port,
        pathPrefix: options.pathPrefix,
        readOnly: options.readOnly ?? false,
      },
      host.signal,
    );
    host.log.info(`serving at ${webserver.url}`);
    announceReady({ url: webserver.url });
    await host.stopRequested;
  });
}
