/** One step of the schema. A shipped one is never edited. */
export interface Migration {
  /** Its place; numbers have no gaps. */
  readonly number: number;
  readonly name: string;
  /** Whether processes of the version before may keep working on the migrated schema, as during a rolling upgrade. */
  readonly isCompatible: boolean;
  /** Statements, run in the migration's one transaction. All names are qualified. */
  readonly sql: string;
}
