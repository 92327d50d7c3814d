import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../context.ts";
import { addTargetOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import { addExample } from "./answer-options.ts";

export function addApiCommand(program: Command, context: CommandContext): void {
  const group = program.command("api").description("programs that Dagwright starts itself, in containers, pods and tasks");
  addExample(group, "api execute-run 0199a1b2-c3d4-7000-8000-000000000000");
  const execute = group
    .command("execute-run")
    .description("execute a run that waits for its worker, in this process; exits with 0 only when it succeeded")
    .argument("<run>", "the run's id")
    .option("--fence <number>", "number of the launch that this process was started for", parseFence);
  addExample(addTargetOptions(execute), "api execute-run 0199a1b2-c3d4-7000-8000-000000000000 -f src/definitions.ts");
  execute.action(async (run: string, options: TargetOptions & { readonly fence?: number }) => {
    const { executeAssignedRun } = await import("../runs/execute-assigned-run.ts");
    process.exitCode = (await executeAssignedRun(run, options.fence ?? null, options, context)) ? 0 : 1;
  });
}

function parseFence(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
