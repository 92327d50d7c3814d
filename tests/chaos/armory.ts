import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CrashPointName, crashPointNames } from "@dagwright/model";
import { compileCache } from "../compile-cache.ts";

/** A process that was met at a crash point: killed, or put to sleep. */
export interface Hit {
  readonly point: CrashPointName;
  readonly pid: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
}

const preload = (name: string): string => `--import=${fileURLToPath(new URL(`preload/${name}.ts`, import.meta.url))}`;

/** Arms the crash points of one stack, and knows who was met at them. */
export class Armory {
  readonly #armed: string;
  readonly #hits: string;

  private constructor(folder: string) {
    this.#armed = join(folder, "armed");
    this.#hits = join(folder, "hits");
  }

  static async in(folder: string): Promise<Armory> {
    const armory = new Armory(folder);
    await mkdir(armory.#armed, { recursive: true });
    await writeFile(armory.#hits, "");
    return armory;
  }

  /** For the processes of the stack; only with these are crash points anything but empty. */
  get env(): Readonly<Record<string, string>> {
    return {
      ...compileCache,
      NODE_OPTIONS: ["crash-points", "clock", "deliberate-bug", "compile-cache"].map(preload).join(" "),
      DAGWRIGHT_CHAOS_ARMED: this.#armed,
      DAGWRIGHT_CHAOS_HITS: this.#hits,
    };
  }

  /** From now on the `occurrence`-th process that passes the point gets the signal there. */
  async arm(point: CrashPointName, occurrence: number, signal: Hit["signal"]): Promise<void> {
    // The last passage first: whoever comes meanwhile takes no number that is not yet the highest.
    for (let number = 1; number <= occurrence; number += 1) await writeFile(join(this.#armed, `${point}#${number}`), signal);
  }

  /** Before that process goes on. @returns whether it has passed the point since */
  async awaitPassage(point: CrashPointName, pid: number): Promise<() => boolean> {
    const file = join(this.#armed, `${point}@${pid}`);
    await writeFile(file, "");
    return () => !existsSync(file);
  }

  /** Points at which somebody is still to be met. */
  async armed(): Promise<readonly CrashPointName[]> {
    const passages = await readdir(this.#armed);
    return crashPointNames.filter((name) => passages.some((passage) => passage.startsWith(`${name}#`)));
  }

  /** @param point - default: all */
  async disarm(point?: CrashPointName): Promise<void> {
    for (const file of await readdir(this.#armed))
      if (point === undefined || file.startsWith(`${point}#`)) await rm(join(this.#armed, file), { force: true });
  }

  /** All so far, oldest first. */
  hits(): readonly Hit[] {
    return readFileSync(this.#hits, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Hit);
  }
}
