/**
 * The process that runs the Postgres of the tests: started by the first test process that needs it, and detached from it. It ends the server when nobody
 * who signed in has been alive for a while, which also cleans up after test runs that were killed.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findPrograms } from "./postgres-programs.ts";
import { hasUsers, removeAddress, serverHome, withLock, writeAddress } from "./server-home.ts";

const idleMs = 15_000;

const port = await freePort();
const password = randomBytes(12).toString("hex");
mkdirSync(serverHome, { recursive: true });
const folder = mkdtempSync(join(serverHome, "server-"));
const data = join(folder, "data");
const passwordFile = join(folder, "password");
const { initdb, postgres, identity } = findPrograms(serverHome);
writeFileSync(passwordFile, password);
if (identity.uid !== undefined && identity.gid !== undefined)
  for (const path of [folder, passwordFile]) chownSync(path, identity.uid, identity.gid);

const made = spawnSync(
  initdb,
  ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C", "--no-sync"],
  {
    ...identity,
    cwd: folder,
    encoding: "utf8",
  },
);
if (made.status !== 0) fail(`initdb failed: ${made.error?.message ?? made.stderr}`);

// Nothing here outlives the tests, so nothing is flushed to disk for safety's sake.
const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "max_connections=300",
  "shared_buffers=64MB",
  "max_wal_size=512MB",
  "log_min_messages=warning",
  "autovacuum_naptime=10s",
];
const server = spawn(postgres, ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])], {
  ...identity,
  cwd: folder,
  stdio: ["ignore", "ignore", "pipe"],
});
let log = "";
server.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-10_000)));
let hasEnded = false;
server.on("exit", () => (hasEnded = true));
const stop = (): void => void server.kill("SIGINT");
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

writeAddress({ supervisorPid: process.pid, port, password });
do {
  for (let idleSince = Date.now(); !hasEnded && Date.now() - idleSince < idleMs; await delay(1_000)) {
    if (hasUsers()) idleSince = Date.now();
  }
} while (!(await leave()));
if (!hasEnded) {
  stop();
  while (!hasEnded) await delay(20);
} else if (hasUsers()) {
  process.stderr.write(log);
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/**
 * Takes the address away, so that nobody comes any more, and then looks once more for somebody who has come since the last look: whoever
 * signs in reads the address only afterwards, so that each either finds none or is found here.
 *
 * @returns whether nobody is left, or the server has ended by itself
 */
async function leave(): Promise<boolean> {
  return await withLock(async () => {
    removeAddress();
    if (hasEnded || !hasUsers()) return true;
    writeAddress({ supervisorPid: process.pid, port, password });
    return false;
  });
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port was found");
  return address.port;
}
