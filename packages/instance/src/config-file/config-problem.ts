/** One thing wrong in a configuration file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
