import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CommandContext, homeOf } from "../context.ts";
import { UsageError } from "../errors.ts";

const defaultUrl = "http://localhost:3000";
const urlFile = (home: string): string => join(home, "dev", "url");

/**
 * Which webserver a command talks to: `--url`, else `DAGWRIGHT_WEBSERVER_URL`, else that of the `dagwright dev` that runs for this home, else
 * http://localhost:3000.
 *
 * @throws UsageError when what was given is no address
 */
export function webserverUrl(given: string | undefined, context: CommandContext): string {
  const named = given ?? context.env["DAGWRIGHT_WEBSERVER_URL"]?.trim();
  if (named === undefined || named === "") return announcedUrl(homeOf(context)) ?? defaultUrl;
  if (URL.canParse(named) && /^https?:/.test(named)) return named;
  const where = given === undefined ? "DAGWRIGHT_WEBSERVER_URL" : "--url";
  throw new UsageError(`${where} is ${JSON.stringify(named)}; it must be an address like http://localhost:3000.`);
}

function announcedUrl(home: string): string | null {
  try {
    return readFileSync(urlFile(home), "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** Writes down where this home's webserver is, for the commands of other terminals. Disposing takes it back. */
export async function announceUrl(home: string, url: string): Promise<AsyncDisposable> {
  const file = urlFile(home);
  await mkdir(join(home, "dev"), { recursive: true });
  await writeFile(file, `${url}\n`);
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}
