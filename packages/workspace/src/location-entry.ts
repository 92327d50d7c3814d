import type { CodeLocationName, LocationSnapshot, SnapshotId } from "@dagwright/model";
import type { CodeLocationClient, LoadError } from "@dagwright/rpc";

/** A code location as a host knows it at this moment. Plain state; a change makes a new entry. */
export interface LocationEntry {
  readonly name: CodeLocationName;
  /**
   * - `LOADING`: nothing is known yet.
   * - `LOADED`: its newest code serves.
   * - `ERROR`: its newest code does not load, or its server is away; {@link loadError} says which, {@link snapshot} is what was loaded last.
   */
  readonly status: "LOADING" | "LOADED" | "ERROR";
  /** Its server answers, with code or without. False until it did for the first time. */
  readonly isReachable: boolean;
  /** Its server answers and has code loaded, be it code before the newest. Whether evaluating and launching make sense now. */
  readonly isServing: boolean;
  /** The definitions that were loaded last; null when none were yet. Stays while the server is away. */
  readonly snapshot: LocationSnapshot | null;
  readonly snapshotId: SnapshotId | null;
  /** Hash of the code that serves; empty when unknown. */
  readonly codeHash: string;
  /** Changes whenever the code was loaded anew. */
  readonly versionKey: string;
  readonly loadError: LoadError | null;
  /** Of the server's last answer; empty before the first. */
  readonly serverId: string;
  readonly sdkVersion: string;
  readonly workingDirectory: string;
  readonly entryFile: string;
  /** Since when it is so, by this host's clock. */
  readonly updatedAtMs: number;
  /** Where its server listens; null while the workspace still starts it. */
  readonly address: string | null;
  /** Calls its server; null while the workspace still starts it. */
  readonly client: CodeLocationClient | null;
}
