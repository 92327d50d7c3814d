import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Where the test processes of one user of this machine meet: the server's address, and one file per process that uses it. */
export const serverHome = join(tmpdir(), `dagwright-test-postgres-${userInfo().uid}`);

const addressFile = join(serverHome, "server.json");
const usersFolder = join(serverHome, "users");

/** What a supervisor tells of the server that it runs. */
export interface ServerAddress {
  readonly supervisorPid: number;
  readonly port: number;
  readonly password: string;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The address of a living server; null when there is none. */
export function readAddress(): ServerAddress | null {
  try {
    const address = JSON.parse(readFileSync(addressFile, "utf8")) as ServerAddress;
    return isAlive(address.supervisorPid) ? address : null;
  } catch {
    return null;
  }
}

export function writeAddress(address: ServerAddress): void {
  const whole = `${addressFile}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(address), { mode: 0o600 });
  renameSync(whole, addressFile);
}

export const removeAddress = (): void => rmSync(addressFile, { force: true });

/** Signs this process in; its pid says for how long. */
export function signIn(): void {
  mkdirSync(usersFolder, { recursive: true });
  writeFileSync(join(usersFolder, String(process.pid)), "");
}

/** Whether a process that signed in still lives; the files of dead ones are removed. */
export function hasUsers(): boolean {
  let names: readonly string[];
  try {
    names = readdirSync(usersFolder);
  } catch {
    return false;
  }
  let living = 0;
  for (const name of names) {
    if (isAlive(Number(name))) living += 1;
    else rmSync(join(usersFolder, name), { force: true });
  }
  return living > 0;
}

/** Runs `work` while no other process runs its own under this lock; one whose holder died is taken over. */
export async function withLock<Result>(work: () => Promise<Result>): Promise<Result> {
  mkdirSync(serverHome, { recursive: true });
  const lockFile = join(serverHome, "lock");
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (!isHeld(lockFile)) rmSync(lockFile, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function isHeld(lockFile: string): boolean {
  try {
    const holder = readFileSync(lockFile, "utf8");
    // Empty for the moment between its creation and its content.
    return holder === "" || isAlive(Number(holder));
  } catch {
    return false;
  }
}
