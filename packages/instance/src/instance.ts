import type { Storage } from "@dagwright/storage";
import type { ComputeLogManager } from "./compute-logs/compute-log-manager.ts";
import type { InstanceConfig } from "./config/instance-config.ts";
import type { RunLauncher } from "./run-launcher.ts";

/** Where an instance keeps what; plain data that may be shown, stored and sent to other processes. It holds no secrets. */
export interface InstanceSettings {
  readonly home: string;
  /** The file that was read; null when the home has none and everything is at its default. */
  readonly configFile: string | null;
  /** The database, without its password. */
  readonly storage: { readonly kind: "postgres" | "embedded"; readonly url: string };
  /** Where the file system I/O manager and other artifacts go. */
  readonly artifactDir: string;
  /** Where local compute logs lie; null when they are kept elsewhere or not at all. */
  readonly computeLogDir: string | null;
  /** Where Unix sockets go: short, and closed to other users. */
  readonly runtimeDir: string;
}

/** A live instance: `dagster.yaml` and what it names. Disposing closes everything, an embedded Postgres after all that uses it. */
export interface Instance extends AsyncDisposable {
  readonly home: string;
  readonly config: InstanceConfig;
  readonly settings: InstanceSettings;
  readonly storage: Storage;
  readonly computeLogs: ComputeLogManager;
  /** Null: the code location's own server launches its runs (`DefaultRunLauncher`). */
  readonly runLauncher: RunLauncher | null;
  readonly artifactDir: string;
  readonly runtimeDir: string;
}
