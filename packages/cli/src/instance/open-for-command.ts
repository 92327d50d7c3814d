import { existsSync } from "node:fs";
import { type Instance, openInstance } from "@dagwright/instance";
import { type CommandContext, homeOf } from "../context.ts";
import { stderrLog } from "../stderr-log.ts";

/** Opens the instance for one command, on one connection. @throws what openInstance throws; after five seconds, that its database is away */
export function openInstanceForCommand(context: CommandContext): Promise<Instance> {
  return openInstance(
    {
      home: homeOf(context),
      env: context.env,
      role: "cli",
      listen: false,
      maxConnections: 1,
      retryForMs: 5_000,
      log: stderrLog,
    },
    new AbortController().signal,
  );
}

/** The same when the instance's home is there; null otherwise, so that asking a question makes no database. */
export const openExistingInstance = async (context: CommandContext): Promise<Instance | null> =>
  existsSync(homeOf(context)) ? openInstanceForCommand(context) : null;
