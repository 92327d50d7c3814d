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
  [/\| AutoMaterializeAssetEvaluationNeedsMigrationError$/, "the tables are there as soon as the program is"],
  [
    /^Mutation\.(set|delete)AppManagedComponent|^Mutation\.refreshComponentState/,
    "components that a web page edits are not there",
  ],
  [
    /\| ShutdownRepositoryLocationSuccess$/,
    "the servers of these locations belong to what started them; the suite about subscriptions ends one that does not",
  ],
  [/^Query\.partitionSetsOrError \| PipelineNotFoundError$/, "a job that there is not has no partition sets"],
  [/^Query\.assetOrError \| AssetNotFoundError$/, "a key that nobody knows is an asset without definition and record"],
  [
    /^Mutation\.wipeAssets \| UnsupportedOperationError$/,
    "ranges of partitions can be wiped here, and cannot in Dagster's SQLite",
  ],
  [/^Mutation\.deleteDynamicPartitions \| UnsupportedOperationError$/, "every storage of ours can wipe partitions"],
  [
    /^Mutation\.(launch|reexecute)PartitionBackfill \| (RunConfigValidationInvalid|PipelineNotFoundError|InvalidSubsetError|PresetNotFoundError)$/,
    "members of a union that launches of runs share; of a backfill they are met by no parameters",
  ],
  [
    /^Mutation\.reexecutePartitionBackfill \| (PartitionSetNotFoundError|PartitionKeysNotFoundError|InvalidStepError)$/,
    "a backfill that was launched has them",
  ],
];
