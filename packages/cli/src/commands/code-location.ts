import { type Command, Option } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { UsageError } from "../errors.ts";
import { addExample } from "./answer-options.ts";
import { addLogOptions, type LogOptions, parsePort } from "../options.ts";

interface StartOptions extends LogOptions {
  readonly file?: string;
  readonly package?: string;
  readonly workingDirectory?: string;
  readonly attribute?: string;
  readonly name?: string;
  readonly socket?: string;
  readonly host: string;
  readonly port?: number;
  readonly watch: boolean;
  readonly insecure?: boolean;
  readonly supervised?: boolean;
}

export function addCodeLocationCommand(program: Command, context: CommandContext): void {
  const group = program.command("code-location").description("the server of one project's definitions");
  const start = group
    .command("start")
    .description("serve a project's definitions over gRPC and run its workers")
    .option("-f, --file <file>", "file with the definitions (default: as the project's package.json says, or src/definitions.ts)")
    .addOption(new Option("-m, --package <name>", "package with the definitions, as an import would name it").conflicts("file"))
    .option("-d, --working-directory <folder>", "where relative paths of the project start")
    .option("-a, --attribute <name>", "export that holds the definitions (default: the default export)")
    .option("--name <name>", "the code location's name (default: the project's)")
    .option("--socket <path>", "listen on a Unix socket")
    .option("-h, --host <host>", "address to listen on", "127.0.0.1")
    .addOption(new Option("-p, --port <port>", "port to listen on").argParser(parsePort).conflicts("socket"))
    .option("--no-watch", "do not reload when files change")
    .option(
      "--insecure",
      "listen beyond this machine without a token (DAGWRIGHT_CODE_LOCATION_TOKEN): whoever reaches the port can execute code",
    )
    .addOption(new Option("--supervised", "belongs to the program that started it").hideHelp());
  addExample(group, "code-location start -f src/definitions.ts -p 4000");
  addExample(start, "code-location start -f src/definitions.ts -p 4000");
  addLogOptions(start).action(async (options: StartOptions) => {
    if (options.socket === undefined && options.port === undefined)
      throw new UsageError("Say where to listen: --socket PATH, or -p PORT.");
    const { serveCodeLocation } = await import("../serve-code-location.ts");
    await serveCodeLocation({ ...options, home: homeOf(context), context });
  });
}
