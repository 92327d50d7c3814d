import { DomainError } from "@dagwright/model";

/** The command was given something it cannot work with. Exit code 2, as usual for wrong usage. */
export class UsageError extends DomainError<"UsageError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("UsageError", message, options);
  }
}

/** No file that could hold a project's definitions. */
export class DefinitionsNotFoundError extends DomainError<"DefinitionsNotFoundError"> {
  constructor(directory: string, tried: readonly string[]) {
    super(
      "DefinitionsNotFoundError",
      [
        `No definitions in ${directory}: there is none of ${tried.join(", ")}.`,
        `Name the file (-f src/definitions.ts), or put {"dagwright": {"definitions": "…"}} into package.json, or make a project with: dagwright init my-project`,
      ].join("\n"),
    );
  }
}

/** The webserver that the command wants to ask does not answer. */
export class WebserverUnreachableError extends DomainError<"WebserverUnreachableError"> {
  constructor(url: string, cause: unknown) {
    super(
      "WebserverUnreachableError",
      `No webserver answers at ${url}. Start one with: dagwright dev (or name another one with --url)`,
      { cause: rootOf(cause) },
    );
  }
}

/** What lies beneath "fetch failed". */
function rootOf(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if (cause instanceof AggregateError && cause.message === "") return cause.errors[0];
  return cause.cause === undefined ? cause : rootOf(cause.cause);
}

/** The home that a command was called for has no instance. */
export class InstanceNotFoundError extends DomainError<"InstanceNotFoundError"> {
  constructor(home: string) {
    super(
      "InstanceNotFoundError",
      `There is no instance at ${home}, so there are no runs. Start one with dagwright dev, name its home by DAGWRIGHT_HOME, or a webserver with --url.`,
    );
  }
}

/** The webserver answered that it will not do what the command asked for. */
export class RefusedError extends DomainError<"RefusedError"> {
  constructor(message: string) {
    super("RefusedError", message);
  }
}

/** A project's definitions cannot be loaded. */
export class DefinitionsNotLoadedError extends DomainError<"DefinitionsNotLoadedError"> {
  constructor(location: string, message: string, place: string | null) {
    super("DefinitionsNotLoadedError", `${location} does not load: ${message}${place === null ? "" : `\n  at ${place}`}`);
  }
}

/** A run config with everything that is wrong with it. */
export class RunConfigInvalidError extends DomainError<"RunConfigInvalidError"> {
  /** @param problems - path from the root, empty for the whole config, and what is wrong there */
  constructor(jobName: string, problems: readonly { readonly path: readonly string[]; readonly message: string }[]) {
    const lines = problems.map(({ path, message }) => {
      const place = path.length === 0 ? "(root)" : path.join(".");
      return message.startsWith(place) ? `  ${message}` : `  ${place}: ${message}`;
    });
    super("RunConfigInvalidError", [`The run config does not fit job "${jobName}"; nothing was launched:`, ...lines].join("\n"));
  }
}

/** This instance has no such run, or several whose ids begin so. */
export class RunIdError extends DomainError<"RunIdError"> {
  constructor(message: string) {
    super("RunIdError", message);
  }
}

/** What was given as a pool's limit is none. */
export class PoolLimitError extends DomainError<"PoolLimitError"> {
  constructor(text: string, most: number) {
    super("PoolLimitError", `"${text}" is no limit of a pool: a whole number from 0 to ${most} is, or "default"`);
  }
}
