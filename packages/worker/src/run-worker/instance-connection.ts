import { isDeepStrictEqual } from "node:util";
import {
  openRunWorkerStorage,
  readInstanceText,
  readRunWorkerSettings,
  type RunWorkerSettings,
} from "@dagwright/instance/run-worker";
import { type LogLevel, runId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** What a run worker needs of its instance. */
export interface InstanceConnection extends AsyncDisposable {
  readonly storage: Storage;
  readonly artifactDirectory: string;
  /** Null when compute logs are not kept as files. */
  readonly computeLogDirectory: string | null;
  /** Of concurrency pools that have no limit of their own; null: none. */
  readonly defaultPoolLimit: number | null;
  readonly poolsCountSteps: boolean;
  /** Least level of the lines that user code logs for which they are kept; null: all are. */
  readonly logLevel: LogLevel | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface InstanceConnectorOptions {
  readonly log: (message: string) => void;
  /** How long a run waits for a database that is away before it can begin. */
  readonly patienceMs: number;
  /** Settings that another worker has read, for the home and the environment of {@link InstanceConnector.warm}; taken when the instance's file still has that text. */
  readonly known: RunWorkerSettings | null;
  /** Told settings that this worker had to read itself, for workers that come later. */
  readonly onRead: (settings: RunWorkerSettings) => void;
}

interface Opened {
  readonly home: string;
  readonly env: Environment;
  readonly settings: RunWorkerSettings;
  readonly storage: Promise<Storage>;
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
    const opened = this.#open(home, env, Infinity, this.#options.known);
    opened.catch(() => undefined);
    this.#warm = opened;
    this.#warmed = opened
      .then(async ({ storage }) => {
        const open = await storage;
        // A run that waits already is better served by its own statements.
        if (!this.#isWanted) await rehearse(open);
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
    const isSame =
      warm?.home === home && isDeepStrictEqual(warm.env, env) && warm.settings.fileText === (await readInstanceText(home));
    if (warm && !isSame) await close(warm);
    const opened = warm && isSame ? warm : await this.#open(home, env, this.#options.patienceMs);
    const storage = (await this.#awaited(opened, opened === warm)) ?? (await this.#openAnew(home, env));
    return {
      storage,
      artifactDirectory: opened.settings.artifactDir,
      computeLogDirectory: opened.settings.computeLogDir,
      logLevel: opened.settings.logLevel,
      defaultPoolLimit: opened.settings.defaultPoolLimit,
      // A front of the version before does not know it.
      poolsCountSteps: opened.settings.poolsCountSteps !== false,
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    };
  }

  /** What is being opened; null when something that was opened early failed: what was wrong then (tables that nobody had made yet) may be well now. */
  async #awaited({ storage, abort }: Opened, wasEarly: boolean): Promise<Storage | null> {
    const late = setTimeout(() => abort.abort(new Error("the database stayed away")), this.#options.patienceMs);
    try {
      return await storage;
    } catch (error) {
      if (abort.signal.aborted || !wasEarly) throw error;
      return null;
    } finally {
      clearTimeout(late);
    }
  }

  async #openAnew(home: string, env: Environment): Promise<Storage> {
    const opened = await this.#open(home, env, this.#options.patienceMs);
    return (await this.#awaited(opened, false)) as Storage;
  }

  async #open(home: string, env: Environment, retryForMs: number, known: RunWorkerSettings | null = null): Promise<Opened> {
    const settings = await this.#settings(home, env, known);
    const abort = new AbortController();
    const log = (level: string, message: string): void => {
      if (level === "warn" || level === "error") this.#options.log(message);
    };
    const storage = openRunWorkerStorage(settings, { home, env, log, retryForMs }, abort.signal);
    storage.catch(() => undefined);
    return { home, env, settings, storage, abort };
  }

  async #settings(home: string, env: Environment, known: RunWorkerSettings | null): Promise<RunWorkerSettings> {
    if (known !== null && known.fileText === (await readInstanceText(home))) return known;
    const settings = await readRunWorkerSettings(home, env);
    this.#options.onRead(settings);
    return settings;
  }
}

async function close(opened: Opened): Promise<void> {
  opened.abort.abort();
  const storage = await opened.storage.catch(() => null);
  await storage?.[Symbol.asyncDispose]();
}

/** No run has this id. */
const nobody = runId("00000000-0000-7000-8000-000000000000");

/** Sends a run's first statements for a run that does not exist: compiled and planned once, they take a fifth of the time when it counts. */
async function rehearse({ runs, events }: Storage): Promise<void> {
  const entries = [{ type: "RUN_START", atMs: 0, message: "", stepKey: null }] as const;
  await runs.beginWork({ runId: nobody, attempt: 1, fence: null, worker: {}, leaseMs: 1_000, entries }).catch(() => null);
  await events.append({ runId: nobody, attempt: 1, entries, batchId: "rehearsal", leaseMs: 1_000 }).catch(() => null);
}
