import { openRunWorkerStorage, readRunWorkerSettings } from "@dagwright/instance/run-worker";
import { answerRequest, type InstanceBackend, remoteInstance } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { NoInstanceError } from "../errors.ts";

/** How long an evaluator keeps its connection after the last question. */
const idleMs = 60_000;
/** How long a question waits for a database that is away; the evaluation's own deadline may be earlier. */
const patienceMs = 30_000;

/**
 * What sensors ask of their instance, answered over a connection of the evaluator's own, which is opened at the first question and closed when
 * nobody has asked for a while: most evaluators never have one.
 *
 * @param home - the instance's; null: the evaluator was started without one
 */
export function instanceOfEvaluator(home: string | null, env: Readonly<Record<string, string | undefined>>): InstanceBackend {
  let opened: Promise<{ readonly storage: Storage; readonly backend: InstanceBackend }> | null = null;
  let asking = 0;
  let idle: NodeJS.Timeout | undefined;

  const open = async (): Promise<{ readonly storage: Storage; readonly backend: InstanceBackend }> => {
    if (home === null) throw new NoInstanceError();
    const log = (level: string, message: string): void => {
      if (level === "warn" || level === "error") process.stderr.write(`${message}\n`);
    };
    const settings = await readRunWorkerSettings(home, env);
    const { instanceBackend } = await import("@dagwright/storage");
    const options = { home, env, log, retryForMs: patienceMs };
    const storage = await openRunWorkerStorage(settings, options, AbortSignal.timeout(2 * patienceMs));
    return { storage, backend: instanceBackend(storage) };
  };
  const close = (): void => {
    const closing = opened;
    opened = null;
    closing?.then(({ storage }) => storage[Symbol.asyncDispose]()).catch(() => undefined);
  };

  return remoteInstance(async (request) => {
    clearTimeout(idle);
    asking += 1;
    try {
      opened ??= open();
      const current = opened;
      // What could not be opened is tried again by the next question.
      current.catch(() => {
        if (opened === current) opened = null;
      });
      return await answerRequest((await current).backend, request);
    } finally {
      asking -= 1;
      if (asking === 0) idle = setTimeout(close, idleMs).unref();
    }
  });
}
