import { DomainError, repositoryName } from "@dagwright/model";

/** So many names of a list are told in a message. */
const mostNames = 20;

/** Failures that GraphQL names; each carries the fields of the GraphQL type it is called after. */
export class PipelineNotFoundError extends DomainError<"PipelineNotFoundError"> {
  readonly pipelineName: string;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;

  /** @param known - names of the loaded code locations, when the selector's is none of them; else of the jobs that it has */
  constructor(
    selector: { readonly pipelineName: string; readonly repositoryName: string; readonly repositoryLocationName: string },
    known: { readonly locations: readonly string[] } | { readonly jobs: readonly string[] },
  ) {
    const { pipelineName, repositoryName: repository, repositoryLocationName: location } = selector;
    const list = (names: readonly string[]): string =>
      names.length === 0 ? "none" : names.slice(0, mostNames).join(", ") + (names.length > mostNames ? ", …" : "");
    super(
      "PipelineNotFoundError",
      "locations" in known
        ? `There is no job "${pipelineName}", since no code location "${location}" is loaded; loaded are: ${list(known.locations)}`
        : `Code location "${location}" has no job "${pipelineName}" in repository "${repository}"; its jobs are, in "${repositoryName}": ${list(known.jobs)}`,
    );
    this.pipelineName = selector.pipelineName;
    this.repositoryName = selector.repositoryName;
    this.repositoryLocationName = selector.repositoryLocationName;
  }
}

export class RepositoryNotFoundError extends DomainError<"RepositoryNotFoundError"> {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;

  constructor(location: string, name: string, known: readonly string[]) {
    super(
      "RepositoryNotFoundError",
      `There is no repository "${name}" in a code location "${location}"; loaded are ${known.map((each) => `"${repositoryName}" in "${each}"`).join(", ") || "none"}`,
    );
    this.repositoryName = name;
    this.repositoryLocationName = location;
  }
}

export class GraphNotFoundError extends DomainError<"GraphNotFoundError"> {
  readonly graphName: string;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;

  constructor(selector: {
    readonly graphName: string;
    readonly repositoryName: string;
    readonly repositoryLocationName: string;
  }) {
    super(
      "GraphNotFoundError",
      `Code location "${selector.repositoryLocationName}" has no graph "${selector.graphName}" in repository "${selector.repositoryName}"`,
    );
    this.graphName = selector.graphName;
    this.repositoryName = selector.repositoryName;
    this.repositoryLocationName = selector.repositoryLocationName;
  }
}

export class ResourceNotFoundError extends DomainError<"ResourceNotFoundError"> {
  readonly resourceName: string;

  constructor(location: string, resourceName: string) {
    super("ResourceNotFoundError", `Code location "${location}" has no resource "${resourceName}"`);
    this.resourceName = resourceName;
  }
}

export class PipelineSnapshotNotFoundError extends DomainError<"PipelineSnapshotNotFoundError"> {
  readonly snapshotId: string;

  constructor(snapshotId: string) {
    super("PipelineSnapshotNotFoundError", `This instance has no job snapshot ${snapshotId}`);
    this.snapshotId = snapshotId;
  }
}

export class RunGroupNotFoundError extends DomainError<"RunGroupNotFoundError"> {
  readonly runId: string;

  constructor(runId: string) {
    super("RunGroupNotFoundError", `This instance has no run ${runId}, so no group of runs around it`);
    this.runId = runId;
  }
}

export class InvalidStepError extends DomainError<"InvalidStepError"> {
  readonly invalidStepKey: string;

  constructor(jobName: string, invalidStepKey: string) {
    super("InvalidStepError", `Job "${jobName}" has no step "${invalidStepKey}"`);
    this.invalidStepKey = invalidStepKey;
  }
}

export class InvalidPipelineRunsFilterError extends DomainError<"InvalidPipelineRunsFilterError"> {
  constructor(problem: string) {
    super("InvalidPipelineRunsFilterError", problem);
  }
}

export class ConflictingExecutionParamsError extends DomainError<"ConflictingExecutionParamsError"> {
  constructor(problem: string) {
    super("ConflictingExecutionParamsError", problem);
  }
}

export class PresetNotFoundError extends DomainError<"PresetNotFoundError"> {
  readonly preset: string;

  constructor(preset: string, jobName: string) {
    super(
      "PresetNotFoundError",
      `Job "${jobName}" has no preset "${preset}"; jobs have no presets any more, give \`runConfigData\``,
    );
    this.preset = preset;
  }
}

export class ModeNotFoundError extends DomainError<"ModeNotFoundError"> {
  readonly mode: string;

  constructor(mode: string, jobName: string) {
    super("ModeNotFoundError", `Job "${jobName}" has no mode "${mode}"; every job has the one mode "default"`);
    this.mode = mode;
  }
}

/** Run config that is not even a mapping: text that is neither YAML nor JSON, or a list. */
export class RunConfigTextError extends DomainError<"RunConfigTextError"> {
  constructor(problem: string, options?: ErrorOptions) {
    super("RunConfigTextError", `The run config ${problem}`, options);
  }
}

export class ScheduleNotFoundError extends DomainError<"ScheduleNotFoundError"> {
  readonly scheduleName: string;

  constructor(scheduleName: string, location: string) {
    super("ScheduleNotFoundError", `Code location "${location}" has no schedule "${scheduleName}"`);
    this.scheduleName = scheduleName;
  }
}

export class SensorNotFoundError extends DomainError<"SensorNotFoundError"> {
  readonly sensorName: string;

  constructor(sensorName: string, location: string) {
    super("SensorNotFoundError", `Code location "${location}" has no sensor "${sensorName}"`);
    this.sensorName = sensorName;
  }
}

export class TickNotFoundError extends DomainError<"TickNotFoundError"> {
  constructor(tickId: string, instigator: string) {
    super("TickNotFoundError", `"${instigator}" has no tick ${tickId}`);
  }
}

export class AssetNotFoundError extends DomainError<"AssetNotFoundError"> {
  constructor(key: string) {
    super("AssetNotFoundError", `Asset "${key}" is not defined in any code location and no run has recorded it`);
  }
}

/** What was asked for makes no sense for the thing it was asked of. */
export class UnsupportedOperationError extends DomainError<"UnsupportedOperationError"> {
  constructor(problem: string) {
    super("UnsupportedOperationError", problem);
  }
}

/** What the launcher said when it was to start a run's worker. The run has failed by it. */
export class RunLaunchError extends DomainError<"RunLaunchError"> {
  constructor(runId: string, cause: unknown) {
    super("RunLaunchError", `Run ${runId} was not launched: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

export class UnauthorizedError extends DomainError<"UnauthorizedError"> {
  constructor(permission: string, reason: string) {
    super("UnauthorizedError", `${reason} (permission ${permission})`);
  }
}

/** The address that the server was to listen on is in use. */
export class AddressInUseError extends DomainError<"AddressInUseError"> {
  constructor(host: string, port: number, holder: string | null, options?: ErrorOptions) {
    super(
      "AddressInUseError",
      `Port ${port} on ${host} is in use${holder === null ? "" : ` by ${holder}`}; stop that program or choose another port`,
      options,
    );
  }
}

export class PartitionSetNotFoundError extends DomainError<"PartitionSetNotFoundError"> {
  readonly partitionSetName: string;

  constructor(partitionSetName: string, { where = "" }: { readonly where?: string } = {}) {
    super("PartitionSetNotFoundError", `There is no partition set "${partitionSetName}"${where === "" ? "" : `: ${where}`}`);
    this.partitionSetName = partitionSetName;
  }
}

/** The partitions have no such keys. */
export class PartitionKeysNotFoundError extends DomainError<"PartitionKeysNotFoundError"> {
  readonly partitionKeys: readonly string[];

  constructor(partitionKeys: readonly string[]) {
    const some = partitionKeys.slice(0, 10).map((key) => `"${key}"`);
    const more = partitionKeys.length > some.length ? ` and ${partitionKeys.length - some.length} more` : "";
    super(
      "PartitionKeysNotFoundError",
      `There ${partitionKeys.length === 1 ? "is no partition" : "are no partitions"} ${some.join(", ")}${more}`,
    );
    this.partitionKeys = partitionKeys;
  }
}

export class DuplicateDynamicPartitionError extends DomainError<"DuplicateDynamicPartitionError"> {
  readonly partitionsDefName: string;
  readonly partitionName: string;

  constructor(partitionsDefName: string, partitionName: string) {
    super("DuplicateDynamicPartitionError", `The dynamic partitions "${partitionsDefName}" have "${partitionName}" already`);
    this.partitionsDefName = partitionsDefName;
    this.partitionName = partitionName;
  }
}

/** Nothing in the code location has dynamic partitions of that name. */
export class DynamicPartitionsNotFoundError extends DomainError<"DynamicPartitionsNotFoundError"> {
  constructor(location: string, name: string) {
    super(
      "DynamicPartitionsNotFoundError",
      `No asset or job of code location "${location}" has the dynamic partitions "${name}"`,
    );
  }
}

export class InvalidConcurrencyLimitError extends DomainError<"InvalidConcurrencyLimitError"> {
  constructor(pool: string, limit: number, min: number, max: number) {
    super("InvalidConcurrencyLimitError", `The limit ${limit} for pool "${pool}" is not between ${min} and ${max}`);
  }
}

/** A limit for a pool without a name. */
export class UnnamedPoolError extends DomainError<"UnnamedPoolError"> {
  constructor() {
    super("UnnamedPoolError", "concurrencyKey is empty; give the name of the pool");
  }
}
