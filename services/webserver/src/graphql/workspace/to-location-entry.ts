import type { LocationEntry } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { toPythonError } from "../errors/python-error.ts";
import { toPermissions } from "../permissions/permissions.ts";
import type { LoadedLocation } from "./find-definitions.ts";
import { toDisplayMetadata } from "./repository-origin.ts";
import { toRepository } from "./to-repository.ts";

/** A place of the workspace: its code location, or why there is none. */
export const toLocationEntry = (entry: LocationEntry): gql.WorkspaceLocationEntry => ({
  __typename: "WorkspaceLocationEntry",
  id: entry.name,
  name: entry.name,
  loadStatus: loadStatus(entry),
  locationOrLoadError: () => toLocationOrLoadError(entry),
  displayMetadata: () => toDisplayMetadata(entry),
  updatedTimestamp: entry.updatedAtMs / 1000,
  versionKey: versionKey(entry),
  permissions: (_, context) => toPermissions(context, entry.name),
  defsStateInfo: null,
  // The one that clients of Dagster ask about.
  featureFlags: [{ name: "SHOW_SINGLE_RUN_BACKFILL_TOGGLE", enabled: false }],
  definitionsSource: "CODE_SERVER",
});

/** The same place in short, for clients that only watch for changes. */
export const toLocationStatus = (entry: LocationEntry): gql.WorkspaceLocationStatusEntry => ({
  id: `location_status:${entry.name}`,
  name: entry.name,
  loadStatus: loadStatus(entry),
  updateTimestamp: entry.updatedAtMs / 1000,
  versionKey: versionKey(entry),
  permissions: (_, context) => toPermissions(context, entry.name),
});

export const toLocation = ({ entry, snapshot }: LoadedLocation): gql.RepositoryLocation => ({
  __typename: "RepositoryLocation",
  id: entry.name,
  name: entry.name,
  // Builds the next generation beside the present one, whatever started the server.
  isReloadSupported: entry.client !== null,
  environmentPath: entry.workingDirectory === "" ? null : entry.workingDirectory,
  repositories: () => [toRepository({ entry, snapshot })],
  serverId: entry.serverId === "" ? null : entry.serverId,
  dagsterLibraryVersions: entry.sdkVersion === "" ? null : [{ name: "dagwright", version: entry.sdkVersion }],
});

/** What never was loaded changes whenever something is heard of it. */
const versionKey = (entry: LocationEntry): string => (entry.versionKey === "" ? `${entry.updatedAtMs}` : entry.versionKey);

const loadStatus = ({ status }: LocationEntry): gql.RepositoryLocationLoadStatus => (status === "LOADING" ? "LOADING" : "LOADED");

/** An error goes before definitions of older code that still serve: people must see that what they wrote does not load. */
function toLocationOrLoadError(entry: LocationEntry): gql.RepositoryLocationOrLoadError | null {
  if (entry.loadError !== null) {
    const { error, file, line, column } = entry.loadError;
    const place = file === null ? "" : ` (${[file, line, column].filter((part) => part !== null).join(":")})`;
    const note = entry.snapshot === null ? "" : "\nThe definitions that were loaded before still serve.";
    return toPythonError({ ...error, message: `${error.message}${place}${entry.isServing ? note : ""}` });
  }
  return entry.snapshot === null ? null : toLocation({ entry, snapshot: entry.snapshot });
}
