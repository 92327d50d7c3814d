import { type Command, InvalidArgumentError } from "commander";
import type { LaunchBackfillOptions } from "../backfills/launch-backfill.ts";
import type { CommandContext } from "../context.ts";
import type { BackfillChange } from "../webserver-client/backfills-client.ts";
import { addExample, addJsonOption, addLocationOption, addUrlOption, type JsonOption, type UrlOption } from "./answer-options.ts";

type ListOptions = JsonOption &
  UrlOption & { readonly status?: readonly string[]; readonly limit: number; readonly cursor?: string };
type ReexecuteOptions = JsonOption & UrlOption & { readonly fromFailure?: boolean };

const backfillArgument = ["<backfill>", "the backfill's id"] as const;

export function addBackfillCommand(program: Command, context: CommandContext): void {
  const group = program
    .command("backfill")
    .description("backfills of a deployment: list, show, launch, cancel, resume, pause, unpause, throttle, reexecute");
  addExample(group, "backfill launch --select orders+ --all", "backfill show abcdefgh");
  addListCommand(group, context);
  addShowCommand(group, context);
  const launch = group.command("launch").description("launch a backfill of assets, or of a job's partitions");
  launch
    .option("--select <assets>", "which assets, as in: asset list --select")
    .option("--job <name>", "the job whose partitions to run");
  addBackfillOptions(launch);
  addExample(
    launch,
    "backfill launch --select orders+ --partition-range 2026-01-01...2026-01-31",
    "backfill launch --select '*' --only missing failed --max-runs-in-flight 10",
    "backfill launch --job nightly --all --from-failure",
  );
  launch.action(async (options: LaunchBackfillOptions) => {
    const { launchBackfillCommand } = await import("../backfills/launch-backfill.ts");
    process.exitCode = await launchBackfillCommand(options, context);
  });
  addChangeCommands(group, context);
  addReexecuteCommand(group, context);
}

/** What a backfill is given, whatever it is of. */
export function addBackfillOptions(command: Command): Command {
  command
    .option("--partitions <keys...>", "these partitions; of assets, of those that read none of the others")
    .option("--partition-range <first...last>", "of each asset the partitions from one key to another")
    .option("--all", "all partitions")
    .option("--only <statuses...>", "of assets only partitions that are: missing, failed")
    .option("--from-failure", "of a job only partitions whose last run failed, from where it failed")
    .option("--steps <keys...>", "of a job only these steps")
    .option("--title <text>", "a short name for it")
    .option("--description <text>", "what it is for")
    .option("--tags <json>", "tags for every run, as a JSON object")
    .option("--priority <number>", "of its runs in the queue; others have 0", parseInteger)
    .option("-c, --config <file...>", "run config of every run, YAML or JSON; later files are laid over earlier ones")
    .option("--config-json <text>", "the run config itself, as JSON")
    .option("--max-runs-in-flight <number>", "most of its runs that are queued or run at a time", parseCount)
    .option("--paused", "submit nothing until it is unpaused")
    .option("--follow", "wait until it has ended; exits with 0 only when it succeeded");
  return addLocationOption(addUrlOption(addJsonOption(command)));
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command("list")
    .description("list backfills, newest first")
    .option("--status <status...>", "only those with one of these statuses")
    .option("--limit <number>", "how many at most", parseCount, 20)
    .option("--cursor <backfill>", "start after this one");
  addExample(addUrlOption(addJsonOption(list)), "backfill list", "backfill list --status REQUESTED FAILED --json");
  list.action(async (options: ListOptions) => {
    const [{ connect }, { listBackfills }, { showBackfills }, { processTerminal }] = await Promise.all([
      import("../webserver-client/connect.ts"),
      import("../webserver-client/backfills-client.ts"),
      import("../backfills/show-backfills.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const { status, cursor, limit } = options;
    const page = {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(status !== undefined && { statuses: status.map((each) => each.toUpperCase()) }),
    };
    const backfills = await listBackfills(connect(options, context), page);
    const terminal = processTerminal();
    if (options.json) return terminal.json(backfills);
    if (backfills.length === 0) return terminal.print("There are no such backfills. Launch one with: dagwright backfill launch");
    showBackfills(backfills, Date.now(), terminal);
    const last = backfills.at(-1);
    if (backfills.length === limit && last !== undefined)
      terminal.note(`There may be more: dagwright backfill list --cursor ${last.id}`);
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group
    .command("show")
    .description("show how far a backfill has come, and what keeps it")
    .argument(...backfillArgument);
  addExample(addUrlOption(addJsonOption(show)), "backfill show abcdefgh");
  show.action(async (id: string, options: JsonOption & UrlOption) => {
    const [{ connect }, { showBackfill }, { showProgress }, { processTerminal }] = await Promise.all([
      import("../webserver-client/connect.ts"),
      import("../webserver-client/backfills-client.ts"),
      import("../backfills/show-backfills.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const report = await showBackfill(connect(options, context), id);
    const terminal = processTerminal();
    if (options.json) terminal.json(report);
    else showProgress(report, terminal);
  });
}

const changes = {
  cancel: ["cancel a backfill: nothing more is submitted, what is queued is canceled, what runs is terminated", "cancel"],
  resume: ["let a failed or canceled backfill go on with what it had not submitted yet", "resume"],
  pause: ["submit nothing more of a backfill until it is unpaused; what runs goes on", { isPaused: true }],
  unpause: ["let a paused backfill go on", { isPaused: false }],
} as const;

function addChangeCommands(group: Command, context: CommandContext): void {
  const change = async (id: string, what: BackfillChange, options: UrlOption): Promise<void> => {
    const [{ connect }, { changeBackfill, showBackfill }, { processTerminal }] = await Promise.all([
      import("../webserver-client/connect.ts"),
      import("../webserver-client/backfills-client.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const client = connect(options, context);
    await changeBackfill(client, id, what);
    const { status, isPaused, maxRunsInFlight } = await showBackfill(client, id);
    const bound = maxRunsInFlight === null ? "" : `, with ${maxRunsInFlight} runs in flight at most`;
    processTerminal().print(`Backfill ${id} is ${status}${isPaused ? ", paused" : ""}${bound}`);
  };
  for (const [name, [description, what]] of Object.entries(changes)) {
    const command = group
      .command(name)
      .description(description)
      .argument(...backfillArgument);
    addExample(addUrlOption(command), `backfill ${name} abcdefgh`);
    command.action((id: string, options: UrlOption) => change(id, what, options));
  }
  const throttle = group
    .command("throttle")
    .description("bound how many runs of a backfill are queued or run at a time")
    .argument(...backfillArgument)
    .argument("<number>", `how many at most, or "none"`, (text) => (text === "none" ? null : parseCount(text)));
  addExample(addUrlOption(throttle), "backfill throttle abcdefgh 10", "backfill throttle abcdefgh none");
  throttle.action((id: string, maxRunsInFlight: number | null, options: UrlOption) => change(id, { maxRunsInFlight }, options));
}

function addReexecuteCommand(group: Command, context: CommandContext): void {
  const reexecute = group
    .command("reexecute")
    .description("launch a backfill again that has ended, as a new one")
    .argument(...backfillArgument)
    .option("--from-failure", "only what it did not make");
  addExample(addUrlOption(addJsonOption(reexecute)), "backfill reexecute abcdefgh --from-failure");
  reexecute.action(async (id: string, options: ReexecuteOptions) => {
    const [{ connect }, { reexecuteBackfill }, { processTerminal }] = await Promise.all([
      import("../webserver-client/connect.ts"),
      import("../webserver-client/backfills-client.ts"),
      import("../terminal/terminal.ts"),
    ]);
    const again = await reexecuteBackfill(connect(options, context), id, options.fromFailure ?? false);
    if (options.json) processTerminal().json({ id: again });
    else processTerminal().print(`Backfill ${again} was launched. See it with: dagwright backfill show ${again}`);
  });
}

function parseInteger(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000_000) throw new InvalidArgumentError("It must be a number from 1 on.");
  return count;
}
