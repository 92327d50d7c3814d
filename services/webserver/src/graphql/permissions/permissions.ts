import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

export const toPermissions = ({ permissions }: GraphContext): gql.Permission[] =>
  permissions.list().map(({ name, value, disabledReason }) => ({ permission: name, value, disabledReason }));

export const permissionQueries = {
  permissions: (_root, _args, context) => toPermissions(context),
  canBulkTerminate: (_root, _args, { permissions }) => permissions.has("terminate_pipeline_execution"),
} satisfies Partial<gql.Query>;
