import { finalRunStatuses, type RunId, type RunStatus } from "@dagwright/model";
import { RunActiveError, RunNotFoundError, type Storage } from "@dagwright/storage";
import { type CommandContext, homeOf } from "../context.ts";
import { InstanceNotFoundError, RunIdError } from "../errors.ts";
import { openExistingInstance } from "../instance/open-for-command.ts";
import { confirmDeletion } from "../terminal/confirm-deletion.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { findRunId, type RunIds } from "./find-run-id.ts";

/** What `run delete` and `run wipe` take. */
export interface DeletionOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  /** Also runs that have a worker, or are about to get one. */
  readonly active?: boolean;
}

const pageSize = 500;

/** Deletes runs of this home's instance; one that is refused does not keep the others from it. @returns whether none was refused */
export async function deleteRuns(texts: readonly string[], options: DeletionOptions, context: CommandContext): Promise<boolean> {
  const terminal = processTerminal();
  const instance = await openExistingInstance(context);
  if (instance === null) throw new InstanceNotFoundError(homeOf(context));
  await using _ = instance;
  const { storage } = instance;
  const ids: RunIds = {
    list: async ({ limit, cursor, ...filter }) =>
      (await storage.runs.list(filter, { limit, ...(cursor !== undefined && { cursor }) })).map(({ id }) => id),
  };
  const found: { readonly text: string; readonly id: RunId | null; error: string | null }[] = [];
  for (const text of texts) {
    try {
      found.push({ text, id: await findRunId(text, ids), error: null });
    } catch (error) {
      if (!(error instanceof RunIdError)) throw error;
      found.push({ text, id: null, error: error.message });
    }
  }
  const known = found.flatMap(({ id }) => id ?? []);
  const what = known.length === 1 ? `run ${known[0]} and its log` : `${known.length} runs and their logs`;
  if (known.length > 0 && !(await confirmDeletion(what, options))) return false;
  for (const one of found) if (one.id !== null) one.error = await refusalOf(storage, one.id, options);
  if (options.json) terminal.json(found.map(({ text, id, error }) => ({ id: id ?? text, isDeleted: error === null, error })));
  for (const { id, error } of found) {
    if (error !== null) terminal.complain("error", error);
    else if (!options.json) terminal.print(`Run ${id} is deleted`);
  }
  return found.every(({ error }) => error === null);
}

/** Deletes all runs of this home's instance, a page at a time. @returns whether none was left */
export async function wipeRuns(options: DeletionOptions, context: CommandContext): Promise<boolean> {
  const terminal = processTerminal();
  const instance = await openExistingInstance(context);
  if (instance === null) throw new InstanceNotFoundError(homeOf(context));
  await using _ = instance;
  const { storage } = instance;
  if (!(await confirmDeletion("all runs of this instance and their logs", options))) return false;
  const waiting = ["QUEUED", "NOT_STARTED"] as const satisfies readonly RunStatus[];
  const statuses: readonly RunStatus[] | undefined = options.active ? undefined : [...finalRunStatuses, ...waiting];
  let deleted = 0;
  for (;;) {
    const page = await storage.runs.list({ ...(statuses !== undefined && { statuses }) }, { limit: pageSize });
    for (const { id } of page) if ((await refusalOf(storage, id, options)) === null) deleted += 1;
    if (page.length < pageSize) break;
  }
  const left = await storage.runs.count({});
  if (options.json) terminal.json({ deleted, left });
  else terminal.print(`${deleted} runs are deleted`);
  if (left > 0)
    terminal.complain("warning", `${left} runs are being executed and were left; terminate them first, or say --active`);
  return left === 0;
}

/** Why a run was not deleted; null when it was, or somebody else was faster. */
async function refusalOf(storage: Storage, id: RunId, { active = false }: DeletionOptions): Promise<string | null> {
  try {
    await storage.runs.delete(id, { evenActive: active });
    return null;
  } catch (error) {
    if (error instanceof RunActiveError || error instanceof RunNotFoundError) return error.message;
    throw error;
  }
}
