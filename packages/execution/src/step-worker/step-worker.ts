import { crashPoint, PendingInstanceRequests, type RunLogEntry } from "@dagwright/model";
import { marker } from "../compute-logs/markers.ts";
import { FilesystemIOManager } from "../io/filesystem-io-manager.ts";
import { jobOf } from "../repository/job-of.ts";
import { loadRepository } from "../repository/load-repository.ts";
import { ResourceScope } from "../resources/resource-scope.ts";
import { checkedRunConfig } from "../config/checked-run-config.ts";
import { EntryBatches } from "../run/entry-batches.ts";
import { toRunInfo } from "../run/run-data.ts";
import { describeFailure } from "../steps/failure.ts";
import { StepRunner } from "../steps/step-runner.ts";
import { hasLivingChildren } from "./living-children.ts";
import { beginMark, endMark, type FromStepWorker, type ToStepWorker } from "./protocol.ts";
import type { EntryModule } from "./step-worker-options.ts";

// Bound before the user's code is loaded, which may put something else in their place.
const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));

/**
 * The step worker: a process that loads the user's code, executes the steps that its parent sends, one at a time, and tells it
 * what happens. It ends when told to, after the one step of a fresh process, or when its parent is gone.
 *
 * @param exit - ends the process; user code may have left timers and servers behind, so it does not wait to run empty
 */
export async function runStepWorker(entry: EntryModule, exit: (code: number) => void): Promise<void> {
  // Nobody is left to tell what a step does: its run is another worker's by now.
  const parentGone = (): void => exit(1);
  process.on("disconnect", parentGone);
  const leave = (code: number): void => {
    process.off("disconnect", parentGone);
    if (!process.connected) return exit(code);
    // Closing the channel ourselves lets what was sent go out first.
    process.once("disconnect", () => exit(code));
    process.disconnect();
  };
  const requests = new PendingInstanceRequests();
  const messages = new Inbox(requests);
  let loaded: Awaited<ReturnType<typeof load>>;
  try {
    loaded = await load(entry, messages);
  } catch (error) {
    send({ type: "failedToLoad", error: describeFailure(error) });
    return leave(1);
  }
  if (loaded === undefined) return leave(0);
  const { repository, job, run, config, storageDir, markerToken } = loaded;
  const outbox = new EntryBatches((entries) => send({ type: "events", entries }));
  const emit = (entry: RunLogEntry): void => outbox.emit(entry);
  const signal = messages.aborted;
  const storage = new FilesystemIOManager({ baseDir: storageDir });
  const resources = new ResourceScope({ definitions: job.resources, run: toRunInfo(run), config, emit, signal });
  const runner = new StepRunner({
    repository,
    job,
    run,
    config,
    resources,
    emit,
    instance: requests.backend((id, request) => {
      outbox.flush();
      send({ type: "ask", id, request });
    }),
    ioManager: (key) => (key === "io_manager" ? storage : null),
    acrossProcesses: true,
    beforeUserCode: () => outbox.flush(),
  });

  send({ type: "loaded" });
  for (;;) {
    const message = await messages.next();
    if (message === undefined || message.type === "end") break;
    if (message.type !== "execute") continue;
    await mark(markerToken, beginMark(message.sequence));
    crashPoint("step-worker.before-step");
    const outcome = await runner.execute(message.task, signal);
    crashPoint("step-worker.after-step");
    await mark(markerToken, endMark(message.sequence));
    send({ type: "done", entries: outbox.take(), outcome, hasChildren: hasLivingChildren() });
    if (message.isLast) break;
  }
  await resources[Symbol.asyncDispose]();
  outbox.flush();
  return leave(0);
}

/** Imports the user's code while the parent says what run it is for; undefined when it does not come to that. */
async function load(entry: EntryModule, messages: Inbox) {
  const repository = await loadRepository({ ...entry, isChecked: true });
  const start = await messages.next();
  if (start?.type !== "start") return undefined;
  const { run, storageDir, markerToken } = start;
  return {
    repository,
    job: jobOf(repository, run),
    run,
    config: checkedRunConfig(repository, run).config,
    storageDir,
    markerToken,
  };
}

function send(message: FromStepWorker): void {
  if (process.connected) process.send?.(message);
}

/** Writes a mark to both streams, after all that was written before. */
async function mark(token: string, sequence: number): Promise<void> {
  const text = marker(token, sequence);
  for (const { write } of streams) write(text);
  // Pipes take what is written at once, unless they are full: then what JavaScript holds must get out before others write.
  for (const { stream, write } of streams) {
    if (stream.writableLength > 0) await new Promise<void>((written) => write("", () => written()));
  }
}

/** Messages of the parent, one after the other; `abort` and answers overtake. */
class Inbox {
  readonly #waiting: ToStepWorker[] = [];
  readonly #aborter = new AbortController();
  readonly aborted = this.#aborter.signal;
  #deliver: ((message: ToStepWorker | undefined) => void) | undefined;

  constructor(requests: PendingInstanceRequests) {
    process.on("message", (message: ToStepWorker) => {
      if (message.type === "answer") return requests.settle(message.id, message.answer);
      if (message.type === "abort") return this.#aborter.abort(new Error("the run is terminated"));
      const deliver = this.#deliver;
      this.#deliver = undefined;
      if (deliver === undefined) this.#waiting.push(message);
      else deliver(message);
    });
  }

  next(): Promise<ToStepWorker | undefined> {
    const message = this.#waiting.shift();
    return message === undefined ? new Promise((resolve) => (this.#deliver = resolve)) : Promise.resolve(message);
  }
}
