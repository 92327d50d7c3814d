/** Answers of Dagster's schema that no step of this suite meets, by a pattern of `Root.field | Member`, and why. */
export const notProvoked: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\| PythonError$/, "what nobody foresees is not provoked by asking"],
  [
    /\| UnauthorizedError$/,
    "everybody may do everything on these servers; read-only ones beside them are asked for all of these",
  ],
  [/\| (InvalidOutputError|RunConflict|NoModeProvidedError)$/, "nothing in Dagster answers so any more"],
  [/\| SchedulerNotDefinedError$/, "there always is a scheduler"],
  [/\| ReloadNotSupported$/, "every code location can be loaded again"],
  [/AutoMaterialize|autoMaterialize/, "rules of auto-materialize policies, which automation conditions have superseded"],
  [
    /^Mutation\.(set|delete)AppManagedComponent|^Mutation\.refreshComponentState/,
    "components that a web page edits are not there",
  ],
  [/\| ShutdownRepositoryLocationSuccess$/, "the location's server was started by the suite, and is its to end"],
  [
    /^Query\.(runs|runIds|pipelineRuns)OrError \| InvalidPipelineRunsFilterError$/,
    "a cursor that Dagster takes for the end of the list; the webserver's own tests meet it",
  ],
  [/^Query\.partitionSetsOrError \| PipelineNotFoundError$/, "a job that there is not has no partition sets"],
  [/^Query\.assetOrError \| AssetNotFoundError$/, "a key that nobody knows is an asset without definition and record"],
  [
    /^Mutation\.wipeAssets \| UnsupportedOperationError$/,
    "ranges of partitions can be wiped here, and cannot in Dagster's SQLite",
  ],
  [/^Mutation\.deleteDynamicPartitions \| UnsupportedOperationError$/, "every storage of ours can wipe partitions"],
  [
    /^Mutation\.(launch|reexecute)PartitionBackfill \| (InvalidStepError|RunConfigValidationInvalid|PipelineNotFoundError|InvalidSubsetError|PresetNotFoundError)$/,
    "members of a union that launches of runs share; of a backfill they are met by no parameters",
  ],
  [
    /^Mutation\.reexecutePartitionBackfill \| (PartitionSetNotFoundError|PartitionKeysNotFoundError)$/,
    "a backfill that was launched has them",
  ],
];
