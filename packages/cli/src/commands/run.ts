import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../context.ts";
import type { ReexecuteOptions } from "../runs/reexecute-and-follow.ts";
import type { DeletionOptions } from "../runs/delete-runs.ts";
import type { RunListOptions } from "../runs/run-list-options.ts";
import { addExample, addJsonOption, addRemoteOption, addUrlOption, type JsonOption, type UrlOption } from "./answer-options.ts";

type ListOptions = RunListOptions & JsonOption & UrlOption & { readonly cursor?: string };
type LogsOptions = JsonOption & UrlOption & { readonly follow?: boolean };

const runArgument = ["<run>", "the run's id, or at least its first 8 characters"] as const;

export function addRunCommand(program: Command, context: CommandContext): void {
  const group = program.command("run").description("runs: list, show, logs, prioritize, reexecute, terminate, delete");
  addExample(group, "run list --status FAILURE", "run logs 0199a1b2-c3d4 --follow");
  addListCommand(group, context);
  addShowCommand(group, context);
  addLogsCommand(group, context);
  addReexecuteCommand(group, context);
  addPrioritizeCommand(group, context);
  addTerminateCommand(group, context);
  addDeleteCommands(group, context);
}

function addDeleteCommands(group: Command, context: CommandContext): void {
  const options = (command: Command): Command =>
    addJsonOption(
      command.option("--force", "without being asked").option("--active", "also runs that are being executed; their workers end"),
    );
  const remove = group
    .command("delete")
    .description("delete runs with their logs, from the instance's database; what they made of assets stays")
    .argument("<run...>", "ids, or at least their first 8 characters");
  addExample(options(remove), "run delete 0199a1b2-c3d4 --force").action(
    async (runs: readonly string[], given: DeletionOptions) => {
      const { deleteRuns } = await import("../runs/delete-runs.ts");
      process.exitCode = (await deleteRuns(runs, given, context)) ? 0 : 1;
    },
  );
  const wipe = group.command("wipe").description("delete all runs with their logs, from the instance's database");
  addExample(options(wipe), "run wipe --force").action(async (given: DeletionOptions) => {
    const { wipeRuns } = await import("../runs/delete-runs.ts");
    process.exitCode = (await wipeRuns(given, context)) ? 0 : 1;
  });
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command("list")
    .description("list runs, newest first; reads the instance's database, also when nothing is running")
    .option("--status <status...>", "only runs with one of these statuses")
    .option("--job <name>", "only runs of this job")
    .option("--tag <key=value...>", "only runs with all of these tags")
    .option("--limit <number>", "how many at most", parseCount, 20)
    .option("--cursor <run>", "start after this run");
  addExample(addRemoteOption(addJsonOption(list)), "run list", "run list --status FAILURE CANCELED --job nightly --json");
  list.action(async (options: ListOptions) => {
    const [{ openRunSource }, { findRunId }, { parseRunListing }, { showRuns }, { processTerminal }] = await Promise.all([
      import("../runs/open-run-source.ts"),
      import("../runs/find-run-id.ts"),
      import("../runs/run-list-options.ts"),
      import("../runs/show-runs.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const terminal = processTerminal();
    const listing = parseRunListing(options, undefined);
    await using source = await openRunSource(options, context);
    const cursor = options.cursor === undefined ? {} : { cursor: await findRunId(options.cursor, source.runs.ids) };
    const runs = await source.runs.list({ ...listing, ...cursor });
    if (options.json) return terminal.json(runs);
    if (runs.length === 0) {
      const isFiltered = [options.status, options.job, options.tag, options.cursor].some((given) => given !== undefined);
      return terminal.print(
        isFiltered
          ? "No run is like that. See all with: dagwright run list"
          : "There are no runs yet. Launch one with: dagwright job launch JOB",
      );
    }
    showRuns(runs, await source.runs.nowMs(), terminal);
    const last = runs.at(-1);
    if (runs.length === options.limit && last !== undefined)
      terminal.note(`There may be more: dagwright run list --cursor ${last.id}`);
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group
    .command("show")
    .description("show a run: status, times, config, steps, and what made it fail")
    .argument(...runArgument);
  addExample(addRemoteOption(addJsonOption(show)), "run show 0199a1b2-c3d4");
  show.action(async (run: string, options: JsonOption & UrlOption) => {
    const [{ openRunSource }, { findRunId }, { showRun }, { processTerminal }] = await Promise.all([
      import("../runs/open-run-source.ts"),
      import("../runs/find-run-id.ts"),
      import("../runs/show-runs.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const terminal = processTerminal();
    await using source = await openRunSource(options, context);
    const id = await findRunId(run, source.runs.ids);
    const details = await source.runs.details(id);
    if (options.json) return terminal.json(details);
    const failures = details.status === "FAILURE" ? await failuresOf(source.runs.log(id)) : [];
    showRun(details, failures, await source.runs.nowMs(), terminal);
  });
}

function addLogsCommand(group: Command, context: CommandContext): void {
  const logs = group
    .command("logs")
    .description("print a run's log; --json prints one JSON document per entry and line")
    .argument(...runArgument)
    .option("--follow", "go on while the run does; asks the webserver");
  addExample(addUrlOption(addJsonOption(logs)), "run logs 0199a1b2-c3d4", "run logs 0199a1b2-c3d4 --follow");
  logs.action(async (run: string, options: LogsOptions) => {
    const { printLog } = await import("../runs/print-log.ts");
    process.exitCode = await printLog(run, options, context);
  });
}

function addReexecuteCommand(group: Command, context: CommandContext): void {
  const reexecute = group
    .command("reexecute")
    .description("execute a run of a deployment again, with its config and tags, and follow the new one")
    .argument(...runArgument)
    .option("--from-failure", "only what failed and what comes after; what succeeded is read from where it was stored")
    .option("--no-follow", "return when the run is launched");
  addExample(addUrlOption(addJsonOption(reexecute)), "run reexecute 0199a1b2-c3d4", "run reexecute 0199a1b2-c3d4 --from-failure");
  reexecute.action(async (run: string, options: ReexecuteOptions) => {
    const { reexecuteAndFollow } = await import("../runs/reexecute-and-follow.ts");
    process.exitCode = await reexecuteAndFollow(run, options, context);
  });
}

function addPrioritizeCommand(group: Command, context: CommandContext): void {
  const prioritize = group
    .command("prioritize")
    .description("give a run that waits in the queue of a deployment another priority")
    .argument(...runArgument)
    .argument("<priority>", "a whole number; higher ones go first, and runs that say nothing have 0", parsePriority);
  addExample(addUrlOption(prioritize), "run prioritize 0199a1b2-c3d4 10", "run prioritize 0199a1b2-c3d4 -- -1");
  prioritize.action(async (run: string, priority: number, options: UrlOption) => {
    const [{ connect }, { deployedRuns }, { findRunId }, { setRunPriority }, { processTerminal }] = await Promise.all([
      import("../webserver-client/connect.ts"),
      import("../webserver-client/deployed-runs.ts"),
      import("../runs/find-run-id.ts"),
      import("../webserver-client/set-run-priority.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const client = connect(options, context);
    const id = await findRunId(run, deployedRuns(client).ids);
    await setRunPriority(client, id, priority);
    processTerminal().print(`Run ${id} has priority ${priority} now`);
  });
}

function addTerminateCommand(group: Command, context: CommandContext): void {
  const terminate = group
    .command("terminate")
    .description("end runs of a deployment; a running step is told first, and killed after a while")
    .argument("<runs...>", "ids of runs, or at least their first 8 characters")
    .option("--force", "mark them as canceled at once, whatever becomes of their workers");
  addExample(addUrlOption(addJsonOption(terminate)), "run terminate 0199a1b2-c3d4");
  terminate.action(async (runs: readonly string[], options: JsonOption & UrlOption & { readonly force?: boolean }) => {
    const { terminateRuns } = await import("../runs/terminate-runs.ts");
    process.exitCode = (await terminateRuns(runs, options, context)) ? 0 : 1;
  });
}

async function failuresOf<Entry extends { readonly type: string; readonly error: readonly string[] }>(
  log: AsyncIterable<Entry>,
): Promise<readonly Entry[]> {
  const failures: Entry[] = [];
  let ofRun: Entry | null = null;
  for await (const entry of log) {
    if (entry.type === "STEP_FAILURE") failures.push(entry);
    else if (entry.type === "RUN_FAILURE") ofRun = entry;
  }
  return failures.length === 0 && ofRun !== null ? [ofRun] : failures;
}

function parsePriority(text: string): number {
  const priority = Number(text);
  if (!/^[+-]?\d+$/.test(text) || Math.abs(priority) >= 2 ** 31)
    throw new InvalidArgumentError("It must be a whole number of 32 bits.");
  return priority;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000) throw new InvalidArgumentError("It must be a number from 1 to 1000.");
  return count;
}
