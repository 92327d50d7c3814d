import type { Command } from "commander";
import type { LaunchBackfillOptions } from "../backfills/launch-backfill.ts";
import type { CommandContext } from "../context.ts";
import { addBackfillOptions } from "./backfill.ts";
import { addTargetOptions } from "../options.ts";
import type { TargetOptions } from "../project-file.ts";
import {
  addExample,
  addJsonOption,
  addLaunchOptions,
  addLocationOption,
  addOpSelectionOption,
  addRemoteOption,
  addUrlOption,
  type JsonOption,
  type LaunchOptions,
  type LocationOption,
  opQueries,
  type OpSelectionOption,
  type UrlOption,
} from "./answer-options.ts";

type ListOptions = TargetOptions & JsonOption & UrlOption;
type LaunchCommandOptions = LaunchOptions &
  OpSelectionOption &
  JsonOption &
  UrlOption &
  LocationOption & { follow: boolean; detach?: boolean };
type ScaffoldOptions = TargetOptions &
  OpSelectionOption &
  JsonOption &
  LocationOption & { readonly printOnlyRequired: boolean; readonly select?: string };
type ExecuteOptions = TargetOptions & LaunchOptions & OpSelectionOption & JsonOption & LocationOption;

export function addJobCommand(program: Command, context: CommandContext): void {
  const group = program.command("job").description("jobs: list, launch in a deployment, execute here");
  addExample(group, "job list", "job launch process_numbers");

  const list = group.command("list").description("list the project's jobs");
  addExample(addTargetOptions(addRemoteOption(addJsonOption(list))), "job list", "job list --url http://localhost:3000 --json");
  list.action(async (options: ListOptions) => {
    const { listJobs } = await import("../projects/list-definitions.ts");
    await listJobs(options, context);
  });

  const launch = group
    .command("launch")
    .description("launch a job in a running deployment and follow the run; exits with 0 only when it succeeded")
    .argument("<job>", "the job's name");
  addLocationOption(addUrlOption(addJsonOption(addOpSelectionOption(addLaunchOptions(launch)))))
    .option("--follow", "follow the run until it has ended (default)", true)
    .option("--no-follow", "return when the run is launched")
    .option("--detach", "the same as --no-follow");
  addExample(
    launch,
    "job launch process_numbers",
    "job launch daily_orders --partition 2026-11-21",
    "job launch nightly --op-selection '*report'",
    `job launch nightly -c base.yaml prod.yaml --tags '{"team": "growth"}' --no-follow`,
  );
  launch.action(async (job: string, options: LaunchCommandOptions) => {
    const [
      { readRunConfig },
      { launchTags },
      { launchAndFollow },
      { connect },
      { deployedJobs },
      { findDefinition },
      { onShutdown },
      { processTerminal },
    ] = await Promise.all([
      import("../run-config/read-run-config.ts"),
      import("../run-config/launch-tags.ts"),
      import("../runs/launch-and-follow.ts"),
      import("../webserver-client/connect.ts"),
      import("../webserver-client/deployed-definitions.ts"),
      import("../projects/find-definition.ts"),
      import("../shutdown.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const runConfig = readRunConfig(options, context.directory);
    const tags = launchTags(options);
    using shutdown = onShutdown();
    const client = connect(options, context);
    const terminal = processTerminal();
    const jobs = await deployedJobs(client, (message) => terminal.complain("warning", message));
    const { location, name } = findDefinition("job", job, jobs, options.location);
    const request = {
      location,
      job: name,
      runConfig,
      tags,
      opSelection: opQueries(options),
      follow: options.follow && options.detach !== true,
      json: options.json ?? false,
    };
    process.exitCode = await launchAndFollow(client, request, terminal, shutdown);
  });

  const backfill = group.command("backfill").description("run a job for many partitions").argument("<job>", "the job's name");
  addBackfillOptions(backfill);
  addExample(backfill, "job backfill nightly --all", "job backfill nightly --partitions 2026-11-21 2026-11-22 --follow");
  backfill.action(async (job: string, options: LaunchBackfillOptions) => {
    const { launchBackfillCommand } = await import("../backfills/launch-backfill.ts");
    process.exitCode = await launchBackfillCommand({ ...options, job }, context);
  });

  const scaffold = group
    .command("scaffold-config")
    .description("print a job's run config to fill in, as YAML: every field with its default, or an empty value of its type")
    .argument("<job>", "the job's name")
    .option("--print-only-required", "only what has to be given", false)
    .option("--select <assets>", "for a run of only these of its assets, as in: asset materialize --select");
  addExample(
    addLocationOption(addTargetOptions(addJsonOption(addOpSelectionOption(scaffold)))),
    "job scaffold-config process_numbers > run.yaml",
    "job scaffold-config nightly --print-only-required",
    "job scaffold-config nightly --op-selection '*report'",
  );
  scaffold.action(async (job: string, options: ScaffoldOptions) => {
    const { scaffoldConfig } = await import("../projects/scaffold-config.ts");
    await scaffoldConfig(job, { ...options, opSelection: opQueries(options) }, context);
  });

  const execute = group
    .command("execute")
    .description("execute a job in this process, without any server; the run is recorded in the instance like any other")
    .argument("<job>", "the job's name");
  addExample(
    addLocationOption(addTargetOptions(addJsonOption(addOpSelectionOption(addLaunchOptions(execute))))),
    "job execute process_numbers",
    `job execute nightly -f src/definitions.ts --config-json '{"ops": {"load": {"config": {"day": "2026-11-21"}}}}'`,
  );
  execute.action(async (job: string, options: ExecuteOptions) => {
    const [{ readRunConfig }, { launchTags }, { executeJob }, { processTerminal }] = await Promise.all([
      import("../run-config/read-run-config.ts"),
      import("../run-config/launch-tags.ts"),
      import("../projects/execute-definitions.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const wanted = {
      runConfig: readRunConfig(options, context.directory),
      tags: launchTags(options),
      opSelection: opQueries(options),
      json: options.json ?? false,
    };
    const ok = await executeJob(job, wanted, options, context, processTerminal({ whenUnread: "go-on" }));
    process.exitCode = ok ? 0 : 1;
  });
}
