import { DomainError } from "@dagwright/model";

/** A partitions definition that makes no sense; found when it is declared or read from a snapshot. */
export class InvalidPartitionsError extends DomainError<"InvalidPartitionsError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("InvalidPartitionsError", message, options);
  }
}

/** A partition mapping that makes no sense by itself, or not between these two definitions. */
export class InvalidPartitionMappingError extends DomainError<"InvalidPartitionMappingError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("InvalidPartitionMappingError", message, options);
  }
}

/** A partition that does not exist, at least not at the moment in question. */
export class UnknownPartitionError extends DomainError<"UnknownPartitionError"> {
  readonly partitionKey: string;
  /** Keys that may have been meant; possibly none. */
  readonly suggestions: readonly string[];

  constructor(partitionKey: string, problem: string, suggestions: readonly string[] = []) {
    const meant = suggestions.map((key) => `"${key}"`).join(" or ");
    super(
      "UnknownPartitionError",
      `There is no partition "${partitionKey}": ${problem}${meant === "" ? "" : `; did you mean ${meant}?`}`,
    );
    this.partitionKey = partitionKey;
    this.suggestions = suggestions;
  }
}

/** A range of partitions whose end comes before its start. */
export class InvalidPartitionRangeError extends DomainError<"InvalidPartitionRangeError"> {
  constructor(start: string, end: string, problem: string) {
    super("InvalidPartitionRangeError", `"${start}" to "${end}" is no range of partitions: ${problem}`);
  }
}
