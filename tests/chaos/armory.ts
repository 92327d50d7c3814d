import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CrashPointName, crashPointNames } from "@dagwright/model";

/** A process that died at a crash point. */
export interface Death {
  readonly point: CrashPointName;
  readonly pid: number;
  readonly atMs: number;
}

const preload = fileURLToPath(new URL("preload/crash-points.ts", import.meta.url));

/** Arms the crash points of one stack, and knows who died at them. */
export class Armory {
  readonly #armed: string;
  readonly #deaths: string;

  private constructor(folder: string) {
    this.#armed = join(folder, "armed");
    this.#deaths = join(folder, "deaths");
  }

  static async in(folder: string): Promise<Armory> {
    const armory = new Armory(folder);
    await mkdir(armory.#armed, { recursive: true });
    await writeFile(armory.#deaths, "");
    return armory;
  }

  /** For the processes of the stack; only with these are crash points anything but empty. */
  get env(): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--import=${preload}`,
      DAGWRIGHT_CHAOS_ARMED: this.#armed,
      DAGWRIGHT_CHAOS_DEATHS: this.#deaths,
    };
  }

  /** From now on the `occurrence`-th process that passes the point dies there. */
  async arm(point: CrashPointName, occurrence = 1): Promise<void> {
    for (let number = occurrence; number >= 1; number -= 1) await writeFile(join(this.#armed, `${point}#${number}`), "");
  }

  /** Points at which somebody is still to die. */
  async armed(): Promise<readonly CrashPointName[]> {
    const passages = await readdir(this.#armed);
    return crashPointNames.filter((name) => passages.some((passage) => passage.startsWith(`${name}#`)));
  }

  async disarm(): Promise<void> {
    for (const file of await readdir(this.#armed)) await rm(join(this.#armed, file), { force: true });
  }

  /** Every death so far, oldest first. */
  deaths(): readonly Death[] {
    return readFileSync(this.#deaths, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Death);
  }
}
