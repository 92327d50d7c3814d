import { DomainError } from "@dagwright/model";
import type { ConfigProblem } from "./config-file/config-problem.ts";

/** A configuration file that cannot be used. Lists every problem found, in the file's order. */
export class ConfigFileError extends DomainError<"ConfigFileError"> {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map((problem) => {
      const key = problem.path.length === 0 ? "" : ` ${problem.path.join(".")}`;
      return `  ${file}:${problem.line}:${problem.column}${key}: ${problem.message}`;
    });
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("ConfigFileError", `${file} has ${count}:\n${lines.join("\n")}`);
    this.file = file;
    this.problems = problems;
  }
}

/** The instance's home is not named, named twice, or cannot be used. */
export class InstanceHomeError extends DomainError<"InstanceHomeError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("InstanceHomeError", message, options);
  }
}

/** A custom component that `dagster.yaml` names cannot be loaded or has the wrong shape. */
export class ComponentLoadError extends DomainError<"ComponentLoadError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("ComponentLoadError", message, options);
  }
}

/** The embedded Postgres cannot be made, started or adopted; the message ends with its log's last lines where there are any. */
export class EmbeddedPostgresError extends DomainError<"EmbeddedPostgresError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("EmbeddedPostgresError", message, options);
  }
}

/** A log key that names no place under the compute logs' directory. */
export class InvalidLogKeyError extends DomainError<"InvalidLogKeyError"> {
  constructor(key: readonly string[], reason: string) {
    super("InvalidLogKeyError", `Log key ${JSON.stringify(key)} is refused: ${reason}`);
  }
}
