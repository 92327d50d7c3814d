import { relative, resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addExample } from "./answer-options.ts";

export function addInitCommand(program: Command, { directory }: CommandContext, version: string): void {
  const command = program
    .command("init")
    .description("make a new project")
    .argument("<name>", "its folder, whose name becomes the project's");
  addExample(command, "init my-project").action(async (name: string) => {
    const { createProject } = await import("../init/create-project.ts");
    const target = resolve(directory, name);
    const files = await createProject(target, `^${version}`);
    const folder = relative(directory, target) || ".";
    console.log(`Made ${folder}:\n${files.map((file) => `  ${file}`).join("\n")}\n`);
    console.log(`Next:\n  cd ${folder}\n  npm install\n  npm run dev`);
  });
}
