import type { CodeLocationName } from "@dagwright/model";
import type { FastifyRequest } from "fastify";

import { UnauthorizedError } from "./errors.ts";
import { locationPermissionNames, notBuilt, type PermissionName, permissionNames } from "./permissions.ts";

/** One permission as clients are told of it. */
export interface PermissionState {
  readonly name: PermissionName;
  readonly value: boolean;
  /** Null when it is there. */
  readonly disabledReason: string | null;
}

/** Who asks, and what they may do. Every resolver finds it in its context. */
export interface Viewer {
  /** Null: nobody in particular, since this server asks nobody to sign in. */
  readonly name: string | null;
  /** Whether they may do something in all of these code locations. None of them stands for the whole deployment, and that for each of them. */
  has(permission: PermissionName, locations?: readonly CodeLocationName[]): boolean;
  /** @throws UnauthorizedError where {@link has} says no */
  require(permission: PermissionName, locations?: readonly CodeLocationName[]): void;
  /** All 21 of the deployment, or those that are about locations for one of them. */
  list(location?: CodeLocationName): readonly PermissionState[];
}

/** Tells who sends a request; asked once for each request, and once for each WebSocket. */
export type Viewers = (request: Pick<FastifyRequest, "headers" | "ip">) => Viewer;

export interface ViewerOptions {
  readonly name?: string | null;
  /** Whether they were given a permission in a code location; null asks about the whole deployment. */
  readonly isGranted: (permission: PermissionName, location: CodeLocationName | null) => boolean;
  /** Why they have not got what was not granted. */
  readonly deniedReason: string;
}

const notBuiltReason = "Not available in this version";

export function makeViewer({ name = null, isGranted, deniedReason }: ViewerOptions): Viewer {
  const has = (permission: PermissionName, locations: readonly CodeLocationName[] = []): boolean => {
    if (notBuilt.has(permission)) return false;
    return (
      isGranted(permission, null) || (locations.length > 0 && locations.every((location) => isGranted(permission, location)))
    );
  };
  const reasonOf = (permission: PermissionName): string => (notBuilt.has(permission) ? notBuiltReason : deniedReason);
  return {
    name,
    has,
    require(permission, locations = []) {
      if (!has(permission, locations)) throw new UnauthorizedError(permission, reasonOf(permission));
    },
    list: (location) =>
      (location === undefined ? permissionNames : locationPermissionNames).map((each) => {
        const value = has(each, location === undefined ? [] : [location]);
        return { name: each, value, disabledReason: value ? null : reasonOf(each) };
      }),
  };
}

/** Everybody who reaches this server, for as long as it asks nobody to sign in. */
export const anyone = ({ readOnly }: { readonly readOnly: boolean }): Viewer =>
  makeViewer({ isGranted: () => !readOnly, deniedReason: "This webserver is read-only" });
