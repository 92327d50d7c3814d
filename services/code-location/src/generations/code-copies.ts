import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { BuiltCode } from "./build-code.ts";

/**
 * The immutable copies of the user's code, one folder each in `<home>/code`.
 *
 * 1. A folder appears whole: it is written under another name and renamed.
 * 2. It belongs to the front that made it, which its name tells, so that two fronts never share one.
 * 3. It stays while somebody holds it: the live generation, warm workers, and every run that began with it.
 * 4. What a dead front left is removed when the next one starts, but for what its surviving workers use. Whether fronts of other machines live,
 *    which may have the same home on a shared volume, nobody here can tell: theirs are left alone.
 */
export interface CodeCopies {
  /** Where copies lie; a build's source maps are relative to a folder in it. */
  readonly directory: string;
  /** Writes a copy, or finds it; held once by the caller. */
  write(code: BuiltCode): CodeCopy;
  /** Holds a copy of an earlier front, for a worker that survived it. */
  adopt(directory: string): CodeCopy;
  /** Removes the copies of fronts that are dead, except those that are held or spared. */
  removeStale(isAlive: (serverId: string) => Promise<boolean>, spared: ReadonlySet<string>): Promise<void>;
}

/** A copy, held. */
export interface CodeCopy {
  readonly directory: string;
  /** Holds it once more. */
  hold(): CodeCopy;
  /** Lets go; the last one removes the folder. */
  release(): void;
}

/** A copy, or one that was being written: its hash, where the front was that made it, and which it was. */
const copyName = /^\.?[0-9a-f]+-([0-9a-f]+)-([0-9a-f]+)$/;

export function openCodeCopies(home: string, runtimeDirectory: string, serverId: string): CodeCopies {
  const directory = join(home, "code");
  // Fronts that share a runtime directory can ask for one another.
  const place = createHash("sha256").update(`${hostname()}\0${runtimeDirectory}`).digest("hex").slice(0, 8);
  mkdirSync(directory, { recursive: true });
  const holders = new Map<string, number>();

  const hold = (path: string): CodeCopy => {
    holders.set(path, (holders.get(path) ?? 0) + 1);
    let isHeld = true;
    return {
      directory: path,
      hold: () => hold(path),
      release() {
        if (!isHeld) return;
        isHeld = false;
        const left = (holders.get(path) ?? 1) - 1;
        if (left > 0) {
          holders.set(path, left);
          return;
        }
        holders.delete(path);
        rmSync(path, { recursive: true, force: true });
      },
    };
  };

  return {
    directory,
    write({ codeHash, files }) {
      const path = join(directory, `${codeHash.slice(0, 24)}-${place}-${serverId}`);
      if (!existsSync(path)) {
        const temporary = join(directory, `.${randomBytes(6).toString("hex")}-${place}-${serverId}`);
        mkdirSync(temporary);
        for (const [name, contents] of files) writeFileSync(join(temporary, name), contents, { mode: 0o444 });
        renameSync(temporary, path);
      }
      return hold(path);
    },
    adopt: hold,
    async removeStale(isAlive, spared) {
      for (const name of readdirSync(directory)) {
        // The compile cache and whatever else lies here is not ours.
        const [, madeAt, owner] = copyName.exec(name) ?? [];
        if (madeAt !== place || owner === undefined) continue;
        const path = join(directory, name);
        if (!holders.has(path) && !spared.has(path) && !(await isAlive(owner))) rmSync(path, { recursive: true, force: true });
      }
    },
  };
}
