/** Branded identifiers, so that two strings of different meaning cannot be swapped. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A run's id: a lower-case uuid, version 7 when the instance made it (it then carries the database's time). */
export type RunId = Branded<"RunId">;
/** The name of a code location, unique in a workspace. */
export type CodeLocationName = Branded<"CodeLocationName">;
/** The content hash (sha-256, hex) of a snapshot. */
export type SnapshotId = Branded<"SnapshotId">;
/** A step's key: the path of its node handle, joined by dots, e.g. `outer.inner`. */
export type StepKey = Branded<"StepKey">;
/** A schedule's or sensor's id, `location:name`: stable over reloads and restarts. */
export type InstigatorId = Branded<"InstigatorId">;
/** A backfill's id: eight small letters, as Dagster's. */
export type BackfillId = Branded<"BackfillId">;
/** A daemon replica, webserver or worker as the owner of a lease, e.g. `daemon:host:pid:random`. */
export type HolderId = Branded<"HolderId">;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a run id. */
export function isRunId(text: string): text is RunId {
  return uuid.test(text);
}

/** Brands a text that is known to be a run id; for texts from outside ask {@link isRunId} first. */
export const runId = (text: string): RunId => text.toLowerCase() as RunId;
export const codeLocationName = (text: string): CodeLocationName => text as CodeLocationName;
export const snapshotId = (text: string): SnapshotId => text as SnapshotId;
export const stepKey = (text: string): StepKey => text as StepKey;
export const instigatorId = (text: string): InstigatorId => text as InstigatorId;
export const backfillId = (text: string): BackfillId => text as BackfillId;
export const holderId = (text: string): HolderId => text as HolderId;

/** The id of a schedule or sensor. Unambiguous, since the names of schedules and sensors have no colon. */
export const instigatorIdOf = (location: CodeLocationName, name: string): InstigatorId => instigatorId(`${location}:${name}`);
