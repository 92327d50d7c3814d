import { inspect } from "node:util";
import { DomainError } from "@dagwright/model";

/** A run worker could not listen where it was told to. */
export class WorkerSocketError extends DomainError<"WorkerSocketError"> {
  constructor(path: string, cause: unknown) {
    const length = Buffer.byteLength(path);
    const hint =
      length > 103
        ? `; it has ${length} bytes, and a Unix socket's path may have at most 103: set a shorter runtime directory`
        : "";
    super("WorkerSocketError", `The run worker cannot listen on ${path}${hint}`, { cause });
  }
}

/** The arguments that started a program are not those of its protocol. */
export class WorkerArgumentsError extends DomainError<"WorkerArgumentsError"> {
  constructor(program: string, problem: string) {
    super(
      "WorkerArgumentsError",
      `${program}: ${problem}. It is started by a code-location server or by the dagwright command, not by hand`,
    );
  }
}

/** The worker has other code than its run was made for. */
export class SnapshotMismatchError extends DomainError<"SnapshotMismatchError"> {
  readonly expected: string;
  readonly actual: string;

  constructor(jobName: string, expected: string, actual: string) {
    super(
      "SnapshotMismatchError",
      `The run was made for snapshot ${expected} of job "${jobName}", but the code this worker has loaded gives ${actual}. ` +
        `The code has changed between submission and start; launch the job again`,
    );
    this.expected = expected;
    this.actual = actual;
  }
}

/** The process that ran a run ended before the run did, by an exit call or an uncaught error in user code. */
export class WorkerExitedError extends DomainError<"WorkerExitedError"> {
  readonly exitCode: number;

  constructor(exitCode: number, cause: unknown) {
    super(
      "WorkerExitedError",
      cause === undefined
        ? `The run worker exited with code ${exitCode} before its run had ended: user code has called process.exit`
        : `The run worker exited with code ${exitCode} because of an uncaught error in user code`,
      cause === undefined ? undefined : { cause },
    );
    this.exitCode = exitCode;
  }
}

/** A run was terminated, and its user code did not stop within the grace period. */
export class WorkerKilledError extends DomainError<"WorkerKilledError"> {
  constructor(graceMs: number) {
    super("WorkerKilledError", `The run was terminated; its code did not stop within ${graceMs} ms and its process was killed`);
  }
}

/** User code held its process's thread for longer than its run or step may take. */
export class CodeOverdueError extends DomainError<"CodeOverdueError"> {
  /** @param limit - what was exceeded: `step "a" took longer than its timeout of 5 s` */
  constructor(limit: string, graceMs: number) {
    super("CodeOverdueError", `${limit}; its code did not stop within ${graceMs} ms and its process was killed`);
  }
}

/** A front asked an evaluator for what only later versions know. */
export class MethodUnknownError extends DomainError<"MethodUnknownError"> {
  constructor(method: string, protocolVersion: number) {
    super(
      "MethodUnknownError",
      `This evaluator speaks protocol ${protocolVersion}, which has no method "${method}"; update the dagwright package of the project`,
    );
  }
}

/** An evaluator was asked for something before it had loaded a generation. */
export class NotLoadedError extends DomainError<"NotLoadedError"> {
  constructor() {
    super("NotLoadedError", "The evaluator has loaded no generation yet; the first call must be `load`");
  }
}

/** A schedule's or sensor's function answered with something that is neither a run request nor a reason to skip. */
export class EvaluationAnswerError extends DomainError<"EvaluationAnswerError"> {
  constructor(owner: string, answer: unknown) {
    const shown = inspect(answer, { depth: 1, breakLength: Infinity }).slice(0, 200);
    super("EvaluationAnswerError", `The ${owner} answered ${shown}; return or yield runRequest(…) or skipReason(…), or nothing`);
  }
}

/** User code asked its instance for something, and its process belongs to none. */
export class NoInstanceError extends DomainError<"NoInstanceError"> {
  constructor() {
    super("NoInstanceError", "This evaluator belongs to no instance, so there is nothing to ask; start it with --home");
  }
}

/** The loaded code has no such definition. */
export class DefinitionNotFoundError extends DomainError<"DefinitionNotFoundError"> {
  constructor(what: "job" | "schedule" | "sensor" | "automation condition", name: string, known: Iterable<string>) {
    const names = [...known].filter((one) => !one.startsWith("__"));
    const hint =
      names.length === 0
        ? `It has no ${what}s`
        : `It has ${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more` : ""}`;
    super("DefinitionNotFoundError", `This code location has no ${what} "${name}". ${hint}`);
  }
}

/** A resource of a schedule or sensor needs config, which only runs have. */
export class TickResourceConfigError extends DomainError<"TickResourceConfigError"> {
  /** @param hasPreset - whether the resource brings its config along */
  constructor(resourceKey: string, problems: readonly string[], hasPreset: boolean) {
    const told = problems.join("; ");
    super(
      "TickResourceConfigError",
      hasPreset
        ? `Resource "${resourceKey}" cannot have its config where ticks are evaluated, in the code location's environment: ${told}`
        : `Resource "${resourceKey}" needs config, and a tick has no run config: give its schema defaults, or bind it with \`configured\` (${told})`,
    );
  }
}
