import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { errorCode } from "../error-code.ts";
import { EmbeddedPostgresError } from "../errors.ts";

const run = promisify(execFile);

/** The operating system's account that the server runs under. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run the server under; null for our own.
 *
 * Postgres refuses to run as root. For root the owner of an existing data directory is taken, else the account `postgres`, which is
 * made when the machine has none.
 */
export async function serverAccount(dataDir: string): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(dataDir).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp("postgres")) ?? (await makeAccount());
}

async function lookUp(name: string): Promise<ServerAccount | null> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function makeAccount(): Promise<ServerAccount> {
  // Debian and Red Hat, then Alpine.
  const attempts = [
    ["useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]],
    ["adduser", ["-S", "-D", "-H", "postgres"]],
  ] as const;
  for (const [command, args] of attempts) {
    await run(command, [...args]).catch(() => null);
    const account = await lookUp("postgres");
    if (account !== null) return account;
  }
  throw new EmbeddedPostgresError(
    "Postgres does not run as root, this machine has no user postgres, and making one failed. Make it (useradd --system postgres), " +
      "start Dagwright as another user, or name a database by storage.postgres in dagster.yaml",
  );
}

/** Whether the account may enter every directory on the way to a path and read what is there, by the mode bits. */
export async function canEnter(path: string, account: ServerAccount): Promise<boolean> {
  return (await closedParent(path, account)) === null && (await mayUse(path, account, 0o5));
}

/** The topmost existing parent of a path that the account cannot enter; null when it can enter all. */
export async function closedParent(path: string, account: ServerAccount): Promise<string | null> {
  const parents: string[] = [];
  for (let parent = dirname(resolve(path)); ; parent = dirname(parent)) {
    parents.unshift(parent);
    if (parent === dirname(parent)) break;
  }
  for (const parent of parents) {
    if (!(await mayUse(parent, account, 0o1))) return parent;
  }
  return null;
}

async function mayUse(path: string, account: ServerAccount, bits: number): Promise<boolean> {
  const entry = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (entry === null) return true;
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
  return ((entry.mode >> shift) & bits) === bits;
}
