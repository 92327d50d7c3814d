/** What a run worker's exit code tells. The run's status tells how the run ended; a worker that could write that ends with 0. */
export const runWorkerExitCodes = {
  /** Its run has ended, by it or (canceled while user code held the main thread) for it; or it was retired. */
  done: 0,
  /** The user's code could not be imported and nobody gave it a run. */
  failedToLoad: 78,
  /** The run was not its to take: another attempt, another launch, or ended already. It wrote nothing. */
  notMine: 76,
  /** The run was taken from it (ended by monitoring, resumed elsewhere, or its lease ran out while the database was away). */
  lost: 75,
  /** The database stayed away before the run could begin. */
  unavailable: 69,
} as const;
