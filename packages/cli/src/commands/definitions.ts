import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addTargetOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import { addExample } from "./answer-options.ts";

interface ValidateOptions extends TargetOptions {
  readonly json?: boolean;
}

export function addDefinitionsCommand(program: Command, context: CommandContext): void {
  const group = program.command("definitions").description("a project's definitions");
  const validate = group
    .command("validate")
    .description("load the definitions and say everything that is wrong with them")
    .option("--json", "print a JSON document");
  addExample(group, "definitions validate");
  addExample(validate, "definitions validate", "definitions validate -f src/definitions.ts --json");
  addTargetOptions(validate).action(async (options: ValidateOptions) => {
    const { validateDefinitions } = await import("../validate-definitions.ts");
    const ok = await validateDefinitions(options, context);
    if (!ok) process.exitCode = 1;
  });
}
