import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { openInstanceForCommand } from "../instance/open-for-command.ts";
import { processTerminal } from "../terminal/terminal.ts";

/**
 * `schedule wipe`: deletes the ticks of all schedules of the instance and switches all of them off.
 *
 * @throws UsageError when nobody said that it is meant
 */
export async function wipeSchedules(
  options: { readonly yes?: boolean; readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  if (options.yes !== true)
    throw new UsageError(
      "This deletes the history of all schedules and switches all of them off. Say that you mean it with --yes.",
    );
  await using instance = await openInstanceForCommand(context);
  const count = await instance.storage.instigators.wipe("SCHEDULE");
  const terminal = processTerminal();
  if (options.json) return terminal.json({ wiped: count });
  terminal.print(
    `${count} ${count === 1 ? "schedule has" : "schedules have"} no history any more and ${count === 1 ? "is" : "are"} STOPPED.`,
  );
}
