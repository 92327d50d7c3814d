import { DomainError } from "@dagwright/model";
import type { LoadError } from "@dagwright/rpc";

/** The newest code does not serve: it could not be built or loaded. Carries what hosts are told. */
export class CodeLoadError extends DomainError<"CodeLoadError"> {
  readonly loadError: LoadError;
  constructor(loadError: LoadError, options?: ErrorOptions) {
    super("CodeLoadError", loadError.error.message, options);
    this.loadError = loadError;
  }
}

/** The target that the workspace names is not there. */
export class TargetNotFoundError extends DomainError<"TargetNotFoundError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("TargetNotFoundError", message, options);
  }
}

/** The project has no `dagwright` that could load its definitions. */
export class SdkNotInstalledError extends DomainError<"SdkNotInstalledError"> {
  constructor(directory: string, detail: string) {
    super("SdkNotInstalledError", `${detail}; install dagwright in ${directory} (npm install dagwright)`);
  }
}

/** The project's `dagwright` and this server are too many versions apart. */
export class SdkVersionError extends DomainError<"SdkVersionError"> {
  constructor(
    sdkVersion: string,
    directory: string,
    protocol: number,
    supported: { readonly oldest: number; readonly newest: number },
  ) {
    const who =
      protocol > supported.newest
        ? "this code-location server is too old for it: update @dagwright/code-location"
        : "it is too old for this code-location server: update dagwright there";
    super(
      "SdkVersionError",
      `The project in ${directory} has dagwright ${sdkVersion}, which speaks version ${protocol} of the worker protocol (known here: ${supported.oldest} to ${supported.newest}); ${who}`,
    );
  }
}

/** No worker could be started for a run. */
export class RunLaunchError extends DomainError<"RunLaunchError"> {
  constructor(runId: string, reason: string, options?: ErrorOptions) {
    super("RunLaunchError", `Run ${runId} could not be handed to a worker: ${reason}`, options);
  }
}

/** A worker was started for a run and left it alone: another launch or attempt has it, or the database is away. A later launch may fare better. */
export class RunNotTakenError extends DomainError<"RunNotTakenError"> {
  constructor(runId: string, reason: string) {
    super("RunNotTakenError", `Run ${runId} was not taken up: ${reason}`);
  }
}

/** The process in which user code was evaluated ended before it answered. */
export class EvaluatorExitedError extends DomainError<"EvaluatorExitedError"> {
  constructor(what: string, how: string, output: string) {
    super(
      "EvaluatorExitedError",
      `${what} ended its process (${how})${output === "" ? "" : `; its last words were:\n${output}`}`,
    );
  }
}
