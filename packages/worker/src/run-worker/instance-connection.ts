import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Instance, instanceFileName, openInstance } from "@dagwright/instance";
import { runId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** What a run worker needs of its instance. */
export interface InstanceConnection extends AsyncDisposable {
  readonly storage: Storage;
  readonly artifactDirectory: string;
  /** Null when compute logs are not kept as files. */
  readonly computeLogDirectory: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface InstanceConnectorOptions {
  readonly log: (message: string) => void;
  /** How long a run waits for a database that is away before it can begin. */
  readonly patienceMs: number;
}

interface Opened {
  readonly home: string;
  readonly settings: Awaited<ReturnType<typeof settingsOf>>;
  readonly instance: Promise<Instance>;
  readonly abort: AbortController;
}

/** Opens the one database connection of a run worker: early when its home is known, again when the settings turn out to be others. */
export class InstanceConnector {
  readonly #options: InstanceConnectorOptions;
  #warm: Promise<Opened> | null = null;
  #warmed = Promise.resolve();
  #isWanted = false;

  constructor(options: InstanceConnectorOptions) {
    this.#options = options;
  }

  /** Begins to open the instance that a run will probably need. What goes wrong is told when there is a run. */
  warm(home: string, env: Environment): void {
    const opened = this.#open(home, env, Infinity);
    opened.catch(() => undefined);
    this.#warm = opened;
    this.#warmed = opened
      .then(async ({ instance }) => {
        const { storage } = await instance;
        // A run that waits already is better served by its own statements.
        if (!this.#isWanted) await rehearse(storage);
      })
      .catch(() => undefined);
  }

  /** Resolves when warming has come to an end, well or badly. */
  warmed(): Promise<void> {
    return this.#warmed;
  }

  /** The instance as its file and this environment say now; the open one when they say the same as before. */
  async connect(home: string, env: Environment): Promise<InstanceConnection> {
    this.#isWanted = true;
    const warm = await this.#warm?.catch(() => null);
    const isSame = warm?.home === home && isDeepStrictEqual(warm.settings, await settingsOf(home, env));
    if (warm && !isSame) await close(warm);
    const instance = (warm && isSame ? await this.#opened(warm) : null) ?? (await this.#openNow(home, env));
    return {
      storage: instance.storage,
      artifactDirectory: instance.artifactDir,
      computeLogDirectory: instance.settings.computeLogDir,
      [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose](),
    };
  }

  /** What was opened early; null when that failed: what was wrong then (tables that nobody had made yet) may be well now. */
  async #opened({ instance, abort }: Opened): Promise<Instance | null> {
    const late = setTimeout(() => abort.abort(new Error("the database stayed away")), this.#options.patienceMs);
    try {
      return await instance;
    } catch (error) {
      if (abort.signal.aborted) throw error;
      return null;
    } finally {
      clearTimeout(late);
    }
  }

  async #openNow(home: string, env: Environment): Promise<Instance> {
    const { instance, abort } = await this.#open(home, env, this.#options.patienceMs);
    const late = setTimeout(() => abort.abort(new Error("the database stayed away")), this.#options.patienceMs);
    return await instance.finally(() => clearTimeout(late));
  }

  async #open(home: string, env: Environment, retryForMs: number): Promise<Opened> {
    const settings = await settingsOf(home, env);
    const abort = new AbortController();
    const log = (level: string, message: string): void => {
      if (level === "warn" || level === "error") this.#options.log(message);
    };
    const instance = openInstance({ home, env, role: "run-worker", log, retryForMs }, abort.signal);
    instance.catch(() => undefined);
    return { home, settings, instance, abort };
  }
}

async function close(opened: Opened): Promise<void> {
  opened.abort.abort();
  const instance = await opened.instance.catch(() => null);
  await instance?.[Symbol.asyncDispose]();
}

/** What the settings are made of: the text of the instance's file, and the environment that it may refer to. */
async function settingsOf(home: string, env: Environment): Promise<{ readonly text: string | null; readonly env: Environment }> {
  return { text: await readFile(join(home, instanceFileName), "utf8").catch(() => null), env };
}

/** No run has this id. */
const nobody = runId("00000000-0000-7000-8000-000000000000");

/** Sends a run's first statements for a run that does not exist: compiled and planned once, they take a fifth of the time when it counts. */
async function rehearse({ runs, events }: Storage): Promise<void> {
  const entries = [{ type: "RUN_START", atMs: 0, message: "", stepKey: null }] as const;
  await runs.beginWork({ runId: nobody, attempt: 1, fence: null, worker: {}, leaseMs: 1_000, entries }).catch(() => null);
  await events.append({ runId: nobody, attempt: 1, entries, batchId: "rehearsal", leaseMs: 1_000 }).catch(() => null);
}
