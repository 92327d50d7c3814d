import { type AssetCheckKey, assetCheckKeyToUserString, assetKeyToUserString, DomainError } from "@dagwright/model";
import type { ValueAddress } from "./io/io-manager.ts";

/** A value that the value format cannot keep. `path` leads to the part to blame, `$` being the value itself: `$.a[3].b`. */
export class ValueNotStorableError extends DomainError<"ValueNotStorableError"> {
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super("ValueNotStorableError", `The value at ${path} ${problem}`, options);
    this.path = path;
  }
}

/** Stored bytes that are no value of this format, are cut off, or need a newer reader or a codec that is not registered. */
export class ValueUnreadableError extends DomainError<"ValueUnreadableError"> {
  constructor(problem: string, options?: ErrorOptions) {
    super("ValueUnreadableError", `The stored value cannot be read: ${problem}`, options);
  }
}

/** What an asset check's function returned is no result of its checks. */
export class CheckResultError extends DomainError<"CheckResultError"> {
  constructor(owner: string, problem: string) {
    super("CheckResultError", `${owner} ${problem}`);
  }
}

/** Blocking asset checks did not pass; what is downstream does not run. A retry would only repeat it. */
export class AssetCheckFailedError extends DomainError<"AssetCheckFailedError"> {
  readonly checks: readonly AssetCheckKey[];

  constructor(checks: readonly AssetCheckKey[]) {
    const listed = checks.map((check) => `"${assetCheckKeyToUserString(check)}"`).join(", ");
    const subject = checks.length === 1 ? "1 blocking asset check" : `${checks.length} blocking asset checks`;
    super("AssetCheckFailedError", `${subject} failed with the severity ERROR: ${listed}`);
    this.checks = checks;
  }
}

/** A codec that clashes with one registered before. */
export class ValueCodecConflictError extends DomainError<"ValueCodecConflictError"> {
  constructor(codecName: string, problem: string) {
    super("ValueCodecConflictError", `The value codec "${codecName}" cannot be registered: ${problem}`);
  }
}

/** Nothing is stored where an input should come from. */
export class ValueNotFoundError extends DomainError<"ValueNotFoundError"> {
  readonly address: ValueAddress;

  constructor(address: ValueAddress, place: string) {
    const { assetKey, partition, stepKey, outputName, runId } = address;
    super(
      "ValueNotFoundError",
      assetKey === null
        ? `No value of output "${outputName}" of step "${stepKey}" of run ${runId} is stored (looked in ${place})`
        : `No value of asset "${assetKeyToUserString(assetKey)}"${partition === null ? "" : `, partition "${partition}",`} is stored (looked in ${place}); materialize it first`,
    );
    this.address = address;
  }
}

/** A step makes or reads partitions, and its run does not say which. */
export class RunPartitionMissingError extends DomainError<"RunPartitionMissingError"> {
  constructor(what: string) {
    super(
      "RunPartitionMissingError",
      `${what} has partitions, and its run is for none: give the run the tag "dagster/partition", or in a test \`partitionKey\``,
    );
  }
}

/** An input cannot read the partitions that its mapping names. */
export class UpstreamPartitionsError extends DomainError<"UpstreamPartitionsError"> {
  constructor(input: string, upstream: string, problem: string) {
    super("UpstreamPartitionsError", `${input} reads partitions of asset "${upstream}", ${problem}`);
  }
}

/** What a run of several partitions returned cannot be stored by partition. */
export class PartitionRecordError extends DomainError<"PartitionRecordError"> {
  constructor(output: string, problem: string) {
    super(
      "PartitionRecordError",
      `${output} is made for several partitions at once: its value must be a record with a value for each of their keys, or undefined when the function has stored them itself. ${problem}`,
    );
  }
}

/** A value that an op got or returned does not fit the schema that the op declares for it. */
export class TypeCheckError extends DomainError<"TypeCheckError"> {
  constructor(what: string, expected: string, actual: string, issues: string) {
    super("TypeCheckError", `${what}: expected ${expected}, got ${actual} (${issues})`);
  }
}

/** An op that declares several outputs returned something else than a record of them. */
export class OutputRecordError extends DomainError<"OutputRecordError"> {
  constructor(op: string, problem: string) {
    super("OutputRecordError", `${op} ${problem}`);
  }
}

/** The function of an asset told something of it that cannot be. */
export class AssetResultError extends DomainError<"AssetResultError"> {
  constructor(op: string, problem: string) {
    super("AssetResultError", `${op} ${problem}`);
  }
}

/** An I/O manager failed at one output or input; the cause says why. */
export class IoManagerError extends DomainError<"IoManagerError"> {
  constructor(doing: string, ioManagerKey: string, cause: unknown) {
    super("IoManagerError", `I/O manager "${ioManagerKey}" could not ${doing}: ${messageOf(cause)}`, { cause });
  }
}

/** An output names an I/O manager that the run does not have, or that cannot do what its executor needs. */
export class UnusableIoManagerError extends DomainError<"UnusableIoManagerError"> {
  constructor(ioManagerKey: string, problem: string) {
    super("UnusableIoManagerError", `I/O manager "${ioManagerKey}" ${problem}`);
  }
}

/** A resource's init function failed; the cause says why. */
export class ResourceInitError extends DomainError<"ResourceInitError"> {
  constructor(resourceKey: string, cause: unknown) {
    super("ResourceInitError", `Resource "${resourceKey}" could not be initialised: ${messageOf(cause)}`, { cause });
  }
}

/** A logger that the run's config names could not be made. */
export class LoggerInitError extends DomainError<"LoggerInitError"> {
  constructor(name: string, cause: unknown) {
    super("LoggerInitError", `Logger "${name}" could not be made: ${messageOf(cause)}`, { cause });
  }
}

/** A process died under the step that it was executing. */
export class StepWorkerLostError extends DomainError<"StepWorkerLostError"> {
  readonly exitCode: number | null;
  readonly exitSignal: string | null;

  /** @param doing - what the process did: `executed step "x"` */
  constructor(
    doing: string,
    exit: { readonly code: number | null; readonly signal: string | null },
    lastLines: readonly string[],
  ) {
    const how = exit.signal === null ? `exited with code ${exit.code}` : `was killed by ${exit.signal}`;
    const tail = lastLines.length === 0 ? "It wrote nothing to stderr" : `Its last lines on stderr:\n${lastLines.join("\n")}`;
    super("StepWorkerLostError", `The process that ${doing} ${how} before it had finished. ${tail}`);
    this.exitCode = exit.code;
    this.exitSignal = exit.signal;
  }
}

/** A step took longer than its op's `timeoutSeconds`. */
export class StepTimeoutError extends DomainError<"StepTimeoutError"> {
  /** @param left - what was done about it when it went on all the same; null: its signal has aborted */
  constructor(stepKey: string, timeoutSeconds: number, left: string | null) {
    super(
      "StepTimeoutError",
      `Step "${stepKey}" took longer than its timeout of ${timeoutSeconds} s${left === null ? "" : `, and ${left}`}`,
    );
  }
}

/** A step that was stopped because its run is terminated. */
export class StepInterruptedError extends DomainError<"StepInterruptedError"> {
  constructor(stepKey: string, how: string) {
    super("StepInterruptedError", `Step "${stepKey}" was interrupted because its run is terminated: ${how}`);
  }
}

/** A job or its run config names an executor that does not exist, or settings that it cannot have. */
export class InvalidExecutorError extends DomainError<"InvalidExecutorError"> {
  constructor(problem: string) {
    super("InvalidExecutorError", problem);
  }
}

/** A run's config does not fit its job; every problem is told. */
export class InvalidRunConfigError extends DomainError<"InvalidRunConfigError"> {
  readonly problems: readonly string[];

  constructor(jobName: string, problems: readonly string[]) {
    super("InvalidRunConfigError", `The run config does not fit job "${jobName}": ${problems.join("; ")}`);
    this.problems = problems;
  }
}

/** A run that a test helper executed did not succeed. The cause is what its first failed step threw. */
export class RunFailedError extends DomainError<"RunFailedError"> {
  constructor(message: string, cause: unknown) {
    super("RunFailedError", cause === undefined ? message : `${message} ${messageOf(cause)}`, { cause });
  }
}

function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "an error that cannot be looked at";
  }
}
