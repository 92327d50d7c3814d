/** Answers of Dagster's schema that no step of this suite meets, by a pattern of `Root.field | Member`, and why. */
export const notProvoked: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\| PythonError$/, "what nobody foresees is not provoked by asking"],
  [
    /\| UnauthorizedError$/,
    "everybody may do everything on these servers; a read-only one is asked by the webserver's own tests",
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
  [/^Mutation\.terminatePipelineExecution \| TerminateRunSuccess$/, "an older name of terminateRun"],
  [
    /^Mutation\.wipeAssets \| (AssetNotFoundError|UnsupportedOperationError)$/,
    "ranges of partitions, which Dagster's SQLite cannot wipe",
  ],
  [/^Mutation\.deleteDynamicPartitions \| UnsupportedOperationError$/, "every storage of ours can wipe partitions"],
  [
    /^Mutation\.(launch|reexecute)PartitionBackfill \| (InvalidStepError|RunConfigValidationInvalid|PipelineNotFoundError|InvalidSubsetError|PresetNotFoundError|PartitionSetNotFoundError|PartitionKeysNotFoundError|ConflictingExecutionParamsError)$/,
    "members of a union that launches of runs share; of a backfill they are met by no parameters",
  ],
  [
    /^Mutation\.(cancel|resume)PartitionBackfill \| (Cancel|Resume)BackfillSuccess$/,
    "a backfill here ends before anybody could; the suites of the daemon hold one",
  ],
];
