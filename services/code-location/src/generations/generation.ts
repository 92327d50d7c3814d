import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type SerializedError,
  serializeError,
  type SnapshotId,
  snapshotId,
  type SharedLocationSnapshot,
  unsharePartitions,
} from "@dagwright/model";
import { compressJson, compressJsonText, type CompressedJson, decompressJson } from "@dagwright/rpc";
import { type EvaluatorMethods, type GenerationRef, supportedWorkerProtocols } from "@dagwright/worker/protocol";
import type { ResolvedTarget } from "../code-target.ts";
import { CodeLoadError, SdkVersionError } from "../errors.ts";
import { type Evaluator, type EvaluatorAnswer, startEvaluator } from "../evaluators/evaluator.ts";
import { createEvaluatorPool, type EvaluatorPool } from "../evaluators/evaluator-pool.ts";
import type { BuiltCode } from "./build-code.ts";
import type { CodeCopies, CodeCopy } from "./code-copies.ts";
import type { SdkPrograms } from "./sdk-programs.ts";

/** One loaded state of the user's code. */
export interface Generation {
  readonly ref: GenerationRef;
  readonly copy: CodeCopy;
  readonly programs: SdkPrograms;
  readonly snapshotId: SnapshotId;
  /** The definitions, as they travel. */
  readonly snapshot: CompressedJson;
  /** The same for hosts that do not know shared lists of partition keys. */
  wholeSnapshot(): Promise<CompressedJson>;
  readonly evaluators: EvaluatorPool;
  readonly loadedAtMs: number;
  /** Lets evaluations come to their end, ends its evaluators and lets go of its copy; runs that began with it hold the copy on. */
  retire(reason: Error): Promise<void>;
}

export interface GenerationOptions {
  readonly home: string;
  /** Home of the instance that schedules and sensors ask; null: there is none. Default: the same. */
  readonly instanceHome?: string | null;
  readonly locationName: string;
  readonly target: ResolvedTarget;
  readonly copies: CodeCopies;
  /** Those that match what the copy imports: bundled, or installed. */
  readonly programs: SdkPrograms;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly onOutput: (line: string) => void;
  readonly maxEvaluators: number;
  readonly stuckAfterMs: number;
  /** How long importing and checking the user's code may take. */
  readonly loadTimeoutMs: number;
  readonly signal: AbortSignal;
}

const callsPerEvaluator = 8;

/**
 * Makes the copy and loads it.
 *
 * @throws CodeLoadError when the user's code does not load, or the project has no SDK that could load it
 */
export async function loadGeneration(built: BuiltCode, options: GenerationOptions): Promise<Generation> {
  const { target, copies, programs } = options;
  const copy = copies.write(built);
  const ref: GenerationRef = {
    codeHash: built.codeHash,
    entryFile: join(copy.directory, built.entryName),
    sourceFile: target.sourceFile,
    attribute: target.attribute,
    workingDirectory: target.workingDirectory,
  };
  try {
    const { evaluator, loaded } = await loadEvaluator(ref, programs, options);
    // Of thousands of assets it is many megabytes, so nothing but its compressed form stays here, and it is looked into only for hosts of before.
    const text = "snapshotText" in loaded ? loaded.snapshotText : JSON.stringify(loaded.snapshot);
    const snapshot = await compressJsonText(text);
    const evaluators = createEvaluatorPool({
      first: evaluator,
      start: async () => (await loadEvaluator(ref, programs, options)).evaluator,
      maxEvaluators: options.maxEvaluators,
      callsPerEvaluator,
      stuckAfterMs: options.stuckAfterMs,
    });
    return {
      ref,
      copy,
      programs: { ...programs, sdkVersion: loaded.sdkVersion },
      snapshotId: snapshotId(createHash("sha256").update(text).digest("hex")),
      snapshot,
      wholeSnapshot: async () => {
        const shared = (await decompressJson(snapshot, "the snapshot")) as SharedLocationSnapshot;
        return shared.sharedKeys === undefined ? snapshot : await compressJson(unsharePartitions(shared));
      },
      evaluators,
      loadedAtMs: Date.now(),
      async retire(reason) {
        await evaluators.drain(reason);
        copy.release();
      },
    };
  } catch (error) {
    copy.release();
    throw error;
  }
}

type Loaded = ReturnType<EvaluatorMethods["load"]>;

/** Starts a process and has it load the generation. */
async function loadEvaluator(
  ref: GenerationRef,
  programs: SdkPrograms,
  { home, instanceHome = home, locationName, target, environment, onOutput, loadTimeoutMs, signal }: GenerationOptions,
): Promise<{ readonly evaluator: Evaluator; readonly loaded: Loaded }> {
  const evaluator = startEvaluator({
    program: programs.evaluator,
    home,
    instanceHome,
    workingDirectory: target.workingDirectory,
    environment: environment(),
    onOutput,
  });
  try {
    const params: Parameters<EvaluatorMethods["load"]>[0] = {
      generation: ref,
      locationName,
      acceptsShared: true,
      acceptsText: true,
    };
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(loadTimeoutMs)]);
    const loaded = await firstAnswer(evaluator, params, deadline, target, loadTimeoutMs);
    const { oldest, newest } = supportedWorkerProtocols;
    if (loaded.protocolVersion < oldest || loaded.protocolVersion > newest) {
      namingTheEntry(target, () => {
        throw new SdkVersionError(loaded.sdkVersion, programs.directory, loaded.protocolVersion, supportedWorkerProtocols);
      });
    }
    return { evaluator, loaded };
  } catch (error) {
    evaluator.kill();
    throw error;
  }
}

async function firstAnswer(
  evaluator: Evaluator,
  params: object,
  deadline: AbortSignal,
  target: ResolvedTarget,
  loadTimeoutMs: number,
): Promise<Loaded> {
  const { promise, resolve, reject } = Promise.withResolvers<EvaluatorAnswer>();
  const late = (): void =>
    reject(
      notLoaded(target, {
        name: "TimeoutError",
        message: `${target.sourceFile} was not loaded within ${loadTimeoutMs} ms`,
        stack: [],
      }),
    );
  deadline.addEventListener("abort", late, { once: true });
  evaluator.send("load", params, resolve);
  evaluator.exited
    .then((how) => {
      const words = evaluator.lastWords();
      const message = `${target.sourceFile} ended its process while it was loaded (${how})${words === "" ? "" : `; its last words were:\n${words}`}`;
      reject(notLoaded(target, { name: "EvaluatorExitedError", message, stack: [] }));
    })
    .catch(reject);
  try {
    const answer = await promise;
    if ("result" in answer) return answer.result as Loaded;
    const { kind: _kind, file, line, column, ...error } = answer.error;
    throw new CodeLoadError({ error, file: file ?? target.sourceFile, line: line ?? null, column: column ?? null });
  } finally {
    deadline.removeEventListener("abort", late);
  }
}

function notLoaded(target: ResolvedTarget, error: SerializedError): CodeLoadError {
  return new CodeLoadError({ error, file: target.sourceFile, line: null, column: null });
}

/** What is wrong with the project as a whole is told at its entry. */
function namingTheEntry<Result>(target: ResolvedTarget, find: () => Result): Result {
  try {
    return find();
  } catch (error) {
    throw new CodeLoadError(
      { error: serializeError(error), file: target.sourceFile, line: null, column: null },
      { cause: error },
    );
  }
}
