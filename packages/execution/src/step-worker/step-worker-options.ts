/** Which code a process loads: the entry module of a generation. */
export interface EntryModule {
  /** Absolute path of an ES or CommonJS module. */
  readonly entryFile: string;
  /** The export that holds the definitions. Default `default`. */
  readonly attribute?: string;
}

/** How to start the step workers of a run. */
export interface StepWorkerOptions extends EntryModule {
  /** Where the default I/O manager keeps values: the same directory for all processes of an instance. */
  readonly storageDir: string;
  /** Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Flags of Node. Default: those that bring source maps into stack traces, and that start fast. */
  readonly execArgv?: readonly string[];
  /** Where Node keeps compiled code; best the directory that the caller uses. Default: one of the machine's. */
  readonly compileCacheDir?: string;
  /** Default: this process's working directory. */
  readonly workingDirectory?: string;
}
