import type { CodeLocationName } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

/** What the viewer may do in a code location; without one, in the whole deployment. */
export const toPermissions = ({ viewer }: GraphContext, location?: CodeLocationName): gql.Permission[] =>
  viewer.list(location).map(({ name, value, disabledReason }) => ({ permission: name, value, disabledReason }));

export const permissionQueries = {
  permissions: (_root, _args, context) => toPermissions(context),
  canBulkTerminate: (_root, _args, { viewer }) => viewer.has("terminate_pipeline_execution"),
} satisfies Partial<gql.Query>;
