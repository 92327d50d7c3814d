import { type Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "../context.ts";
import type { SimulateOptions } from "../instigators/simulate-schedules.ts";
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
  const group = program
    .command("schedule")
    .description("schedules: list, switch, preview and simulate, see what became of their ticks");
  addExample(group, "schedule list", "schedule start process_numbers_every_minute", "schedule simulate --until 7d");
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
  addScheduleReports(group, context);
  addSimulateCommand(group, context);

  const restart = group
    .command("restart")
    .description("switch running schedules off and on again")
    .argument("[schedules...]", "names of schedules")
    .option("--all", "all that are running");
  addExample(addLocationOption(addUrlOption(addJsonOption(restart))), "schedule restart nightly", "schedule restart --all");
  restart.action(async (names: readonly string[], options: InstigatorOptions & { readonly all?: boolean }) => {
    const { restartSchedules } = await import("../instigators/switch-instigators.ts");
    await restartSchedules(names, options, context);
  });

  const wipe = group
    .command("wipe")
    .description("delete the history of all schedules of this instance and switch all of them off")
    .option("--yes", "that is what is meant");
  addExample(addJsonOption(wipe), "schedule wipe --yes");
  wipe.action(async (options: JsonOption & { readonly yes?: boolean }) => {
    const { wipeSchedules } = await import("../instigators/wipe-schedules.ts");
    await wipeSchedules(options, context);
  });
}

function addScheduleReports(group: Command, context: CommandContext): void {
  const logs = group
    .command("logs")
    .description("show a schedule's newest ticks: runs, reasons, errors and what its function logged")
    .argument("<schedule>", "the schedule's name")
    .option("--limit <number>", "how many", parseCount, 20);
  addExample(addLocationOption(addUrlOption(addJsonOption(logs))), "schedule logs nightly --limit 5");
  logs.action(async (name: string, options: InstigatorOptions & { readonly limit: number }) => {
    const { showScheduleTicks } = await import("../instigators/schedule-ticks.ts");
    await showScheduleTicks(name, options, context);
  });

  const debug = group.command("debug").description("show who evaluates schedules, and how each schedule stands");
  addExample(addUrlOption(addJsonOption(debug)), "schedule debug");
  debug.action(async (options: JsonOption & UrlOption) => {
    const { showScheduler } = await import("../instigators/scheduler-debug.ts");
    await showScheduler(options, context);
  });
}

function addSimulateCommand(group: Command, context: CommandContext): void {
  const simulate = group
    .command("simulate")
    .description(
      "print what schedules, automation conditions and sensors will fire, decided as the daemon decides it, without waiting for it",
    )
    .option("--until <time>", "how far: a date and time, or a duration (90m, 12h, 30d, 2w)", "30d")
    .option("--from <time>", "where to begin (default: now)")
    .option("--all", "also what is switched off")
    .option("--run-duration <time>", "how long runs take: 30s, 5m, 1h, or between two as 2m-10m", "1m")
    .option("--failures <chance>", "chance that a run fails (0 to 1)", parseChance, 0)
    .option("--evaluate", "call the functions of schedules and sensors; nothing of what they ask for is written")
    .option("--sensors <chance>", "chance that an evaluation of a sensor that is not called starts a run (0 to 1)", parseChance)
    .option("--seed <number>", "decides chances and durations: the same for the same number", parseSeed, 1);
  addExample(
    addTargetOptions(addJsonOption(simulate)),
    "schedule simulate --until 7d",
    "schedule simulate --until 2w --all --evaluate --run-duration 5m-20m --failures 0.02",
    "schedule simulate --from 2026-03-28 --until 2026-03-30 --all --json",
  );
  simulate.action(async (options: SimulateOptions) => {
    const { simulateSchedules } = await import("../instigators/simulate-schedules.ts");
    await simulateSchedules(options, context);
  });
}

export function addSensorCommand(program: Command, context: CommandContext): void {
  const group = program.command("sensor").description("sensors: list, start, stop, preview, cursor");
  addExample(group, "sensor list", "sensor start check_file_sensor");
  addListCommand(group, "sensor", context);
  addSwitchCommands(group, "sensor", context);
  const preview = group
    .command("preview")
    .description("evaluate a sensor now and show what its tick would come to; nothing is written")
    .argument("<sensor>", "the sensor's name")
    .option("--cursor <text>", "the cursor that it gets; default: the one that it has");
  addExample(
    addLocationOption(addUrlOption(addJsonOption(preview))),
    "sensor preview new_files",
    "sensor preview new_files --cursor 2026-11-21",
  );
  preview.action(async (name: string, options: InstigatorOptions & { readonly cursor?: string }) => {
    const { previewSensor } = await import("../instigators/preview-sensor.ts");
    await previewSensor(name, options, context);
  });
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

function parseSeed(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function parseChance(text: string): number {
  const chance = Number(text);
  if (!(chance >= 0 && chance <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return chance;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000) throw new InvalidArgumentError("It must be a number from 1 to 1000.");
  return count;
}
