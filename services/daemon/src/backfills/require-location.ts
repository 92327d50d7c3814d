import type { CodeLocationName, LocationSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { LocationEntry, Workspace } from "@dagwright/workspace";
import { LocationAwayError } from "./submission.ts";

export interface ServingLocation extends LocationEntry {
  readonly snapshot: LocationSnapshot;
  readonly client: CodeLocationClient;
}

/** @throws LocationAwayError while its code is not loaded or its server does not answer */
export function requireLocation(workspace: Pick<Workspace, "entries">, name: CodeLocationName): ServingLocation {
  const entry = workspace.entries().find((each) => each.name === name);
  if (entry === undefined) throw new LocationAwayError(name, "is not in this workspace");
  const { snapshot, client, isServing, status, loadError } = entry;
  if (!isServing || snapshot === null || client === null) {
    throw new LocationAwayError(
      name,
      status === "LOADING"
        ? "is still being loaded"
        : `cannot be reached: ${loadError?.error.message ?? "its server does not answer"}`,
    );
  }
  return { ...entry, snapshot, client };
}
