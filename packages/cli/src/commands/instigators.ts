import { type Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "../context.ts";
import type { InstigatorOptions } from "../instigators/switch-instigators.ts";
import { addTargetOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import {
  addExample,
  addJsonOption,
  addLocationOption,
  addRemoteOption,
  addUrlOption,
  type JsonOption,
  type UrlOption,
} from "./answer-options.ts";

type ListOptions = TargetOptions & JsonOption & UrlOption;
type CursorOptions = InstigatorOptions & { readonly set?: string; readonly clear?: boolean };

export function addScheduleCommand(program: Command, context: CommandContext): void {
  const group = program.command("schedule").description("schedules: list, start, stop, preview");
  addExample(group, "schedule list", "schedule start process_numbers_every_minute");
  addListCommand(group, "schedule", context);
  addSwitchCommands(group, "schedule", context);
  const preview = group
    .command("preview")
    .description("show when the next ticks are due")
    .argument("<schedule>", "the schedule's name")
    .option("--count <number>", "how many", parseCount, 5);
  addExample(addLocationOption(addUrlOption(addJsonOption(preview))), "schedule preview nightly --count 10");
  preview.action(async (name: string, options: InstigatorOptions & { readonly count: number }) => {
    const { previewSchedule } = await import("../instigators/switch-instigators.ts");
    await previewSchedule(name, options, context);
  });
}

export function addSensorCommand(program: Command, context: CommandContext): void {
  const group = program.command("sensor").description("sensors: list, start, stop, cursor");
  addExample(group, "sensor list", "sensor start check_file_sensor");
  addListCommand(group, "sensor", context);
  addSwitchCommands(group, "sensor", context);
  const cursor = group
    .command("cursor")
    .description("show a sensor's cursor, or set it")
    .argument("<sensor>", "the sensor's name")
    .option("--set <text>", "the cursor that its next evaluation gets")
    .addOption(new Option("--clear", "start again without a cursor").conflicts("set"));
  addExample(
    addLocationOption(addUrlOption(addJsonOption(cursor))),
    "sensor cursor new_files",
    "sensor cursor new_files --set 2026-11-21",
  );
  cursor.action(async (name: string, options: CursorOptions) => {
    const { sensorCursor } = await import("../instigators/switch-instigators.ts");
    await sensorCursor(name, options.clear === true ? null : options.set, options, context);
  });
}

function addListCommand(group: Command, kind: "schedule" | "sensor", context: CommandContext): void {
  const list = group.command("list").description(`list the project's ${kind}s, with what the instance knows of them`);
  addExample(
    addTargetOptions(addRemoteOption(addJsonOption(list))),
    `${kind} list`,
    `${kind} list --url http://localhost:3000 --json`,
  );
  list.action(async (options: ListOptions) => {
    const { listSchedules, listSensors } = await import("../projects/list-definitions.ts");
    await (kind === "schedule" ? listSchedules : listSensors)(options, context);
  });
}

function addSwitchCommands(group: Command, kind: "schedule" | "sensor", context: CommandContext): void {
  for (const verb of ["start", "stop"] as const) {
    const command = group
      .command(verb)
      .description(`switch ${kind}s of a deployment ${verb === "start" ? "on" : "off"}`)
      .argument(`[${kind}s...]`, `names of ${kind}s`)
      .option("--all", `all ${kind}s`);
    addExample(addLocationOption(addUrlOption(addJsonOption(command))), `${kind} ${verb} my_${kind}`, `${kind} ${verb} --all`);
    command.action(async (names: readonly string[], options: InstigatorOptions & { readonly all?: boolean }) => {
      const { switchInstigators } = await import("../instigators/switch-instigators.ts");
      await switchInstigators(kind, verb === "start", names, options, context);
    });
  }
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000) throw new InvalidArgumentError("It must be a number from 1 to 1000.");
  return count;
}
