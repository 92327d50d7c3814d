import { randomBytes, randomUUID } from "node:crypto";
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../error-code.ts";
import { EmbeddedPostgresError } from "../errors.ts";
import { freePort } from "./free-port.ts";

/** What is decided once about a home's embedded Postgres: kept in `<home>/postgres/server.json`, for its owner's eyes only. */
export interface ServerRecord {
  readonly version: 1;
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  /** Whether the cluster has been made; its absence then means that data is lost, not that nothing was stored yet. */
  readonly isMade: boolean;
}

export const databaseName = "dagwright";
export const databaseUser = "dagwright";

const fileOf = (directory: string): string => join(directory, "server.json");

/**
 * Reads the record, or makes it: of several processes that make one at once, one wins and all get the same.
 *
 * @param chooseDataDir - asked where the data shall lie when the record is made
 */
export async function readOrMakeServerRecord(directory: string, chooseDataDir: () => Promise<string>): Promise<ServerRecord> {
  // Passable, since the server's account goes through it; what is secret in it has its own mode.
  const made = await mkdir(directory, { recursive: true, mode: 0o755 });
  // mkdir's mode is cut by the umask, which root's shell often sets to 077.
  if (made !== undefined) await chmod(directory, 0o755);
  const existing = await readServerRecord(directory);
  if (existing !== null) return existing;
  const dataDir = await chooseDataDir();
  if ((await stat(join(dataDir, "PG_VERSION")).catch(() => null)) !== null && (await readServerRecord(directory)) === null) {
    throw new EmbeddedPostgresError(
      `${dataDir} holds a Postgres cluster, but ${fileOf(directory)}, which has its password, is gone. Bring the file back, or move the directory away to start anew`,
    );
  }
  const record: ServerRecord = {
    version: 1,
    dataDir,
    port: await freePort(),
    password: randomBytes(32).toString("base64url"),
    isMade: false,
  };
  const unfinished = await writeAside(directory, record);
  try {
    // A link fails when the name is taken, where a rename would replace the winner's record.
    await link(unfinished, fileOf(directory));
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  return (await readServerRecord(directory)) ?? record;
}

export async function readServerRecord(directory: string): Promise<ServerRecord | null> {
  let text: string;
  try {
    text = await readFile(fileOf(directory), "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return null;
    throw new EmbeddedPostgresError(`${fileOf(directory)} cannot be read (${code}); run as the user who made this instance`, {
      cause: error,
    });
  }
  const record = parseServerRecord(text);
  if (record !== null) return record;
  throw new EmbeddedPostgresError(
    `${fileOf(directory)} is damaged or of a newer version; it should hold version 1, dataDir, port and password`,
  );
}

/** Replaces the record, e.g. because its port was taken by somebody else. */
export async function replaceServerRecord(directory: string, record: ServerRecord): Promise<void> {
  await rename(await writeAside(directory, record), fileOf(directory));
}

async function writeAside(directory: string, record: ServerRecord): Promise<string> {
  const file = join(directory, `server.json.${randomUUID()}`);
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  return file;
}

/** By hand: every run worker reads it, and a schema library would be most of what that costs. */
function parseServerRecord(text: string): ServerRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { version, dataDir, port, password, isMade = false } = value as Partial<Record<keyof ServerRecord, unknown>>;
  const isRecord =
    version === 1 &&
    typeof dataDir === "string" &&
    Number.isSafeInteger(port) &&
    typeof password === "string" &&
    typeof isMade === "boolean";
  return isRecord ? { version, dataDir, port: port as number, password, isMade } : null;
}
