import { buildSchema, GraphQLObjectType, GraphQLScalarType, type GraphQLSchema, valueFromASTUntyped } from "graphql";

import { sdl } from "../gen/sdl.ts";
import type * as gql from "../gen/types.ts";
import { assetCheckQueries } from "./asset-checks/queries.ts";
import { assetQueries } from "./assets/queries.ts";
import { reportMutations } from "./assets/report-asset-events.ts";
import { wipeMutations } from "./assets/wipe-assets.ts";
import { automationMutations, automationQueries } from "./automation/queries.ts";
import { componentMutations, componentQueries } from "./components/queries.ts";
import { backfillMutations } from "./backfills/change-backfill.ts";
import { backfillQueries } from "./backfills/queries.ts";
import { computeLogQueries, computeLogSubscriptions } from "./compute-logs/queries.ts";
import { concurrencyMutations } from "./concurrency/mutations.ts";
import { configQueries } from "./config/queries.ts";
import { eventQueries } from "./events/queries.ts";
import { eventSubscriptions } from "./events/run-log-subscription.ts";
import { executionPlanQueries } from "./execution-plans/queries.ts";
import { instanceQueries } from "./instance/queries.ts";
import { instigatorQueries } from "./instigators/queries.ts";
import { scheduleDryRunMutations } from "./instigators/schedule-dry-run.ts";
import { sensorDryRunMutations } from "./instigators/sensor-dry-run.ts";
import { instigatorMutations } from "./instigators/switch-instigator.ts";
import { graphQueries } from "./jobs/graphs.ts";
import { jobQueries } from "./jobs/queries.ts";
import { dynamicPartitionMutations } from "./partitions/dynamic-partitions.ts";
import { partitionQueries } from "./partitions/partition-sets.ts";
import { guarded } from "./permissions/guarded-mutations.ts";
import { permissionQueries } from "./permissions/permissions.ts";
import { resourceQueries } from "./resources/queries.ts";
import { legacyMutations, legacyQueries } from "./legacy/queries.ts";
import { deletionMutations } from "./runs/delete-run.ts";
import { launchMutations } from "./runs/launch-run.ts";
import { runQueries } from "./runs/list-runs.ts";
import { runsFeedQueries } from "./runs/runs-feed.ts";
import { reexecutionMutations } from "./runs/reexecute-run.ts";
import { runQueueMutations } from "./runs/set-run-priority.ts";
import { terminationMutations } from "./runs/terminate-run.ts";
import { workspaceSubscriptions } from "./workspace/location-changes.ts";
import { workspaceQueries } from "./workspace/queries.ts";
import { workspaceMutations } from "./workspace/reload.ts";
import { shutdownMutations } from "./workspace/shutdown.ts";

const queries: gql.Query = {
  ...assetCheckQueries,
  ...assetQueries,
  ...automationQueries,
  ...componentQueries,
  ...backfillQueries,
  ...computeLogQueries,
  ...configQueries,
  ...eventQueries,
  ...executionPlanQueries,
  ...instanceQueries,
  ...instigatorQueries,
  ...graphQueries,
  ...jobQueries,
  ...legacyQueries,
  ...partitionQueries,
  ...permissionQueries,
  ...resourceQueries,
  ...runQueries,
  ...runsFeedQueries,
  ...workspaceQueries,
};

const mutations: gql.Mutation = {
  ...automationMutations,
  ...backfillMutations,
  ...componentMutations,
  ...concurrencyMutations,
  ...deletionMutations,
  ...dynamicPartitionMutations,
  ...instigatorMutations,
  ...scheduleDryRunMutations,
  ...sensorDryRunMutations,
  ...launchMutations,
  ...legacyMutations,
  ...reexecutionMutations,
  ...reportMutations,
  ...runQueueMutations,
  ...terminationMutations,
  ...wipeMutations,
  ...workspaceMutations,
  ...shutdownMutations,
};

const subscriptions: gql.Subscription = {
  ...computeLogSubscriptions,
  ...eventSubscriptions,
  ...workspaceSubscriptions,
};

/**
 * The executable schema. Only the three root types have resolvers; every object that they give carries its fields as values or functions,
 * which GraphQL's default resolver reads or calls.
 */
export function makeSchema(): GraphQLSchema {
  const schema = buildSchema(sdl);
  type Resolvers = Readonly<Record<string, unknown>>;
  const attach = (typeName: string, resolvers: Resolvers, as: "resolve" | "subscribe"): void => {
    const type = schema.getType(typeName);
    if (!(type instanceof GraphQLObjectType)) throw new TypeError(`The schema has no type ${typeName}`);
    for (const [name, field] of Object.entries(type.getFields())) {
      const resolver = resolvers[name];
      Object.assign(field, as === "resolve" ? { resolve: resolver } : resolver);
    }
  };
  attach("Query", queries as unknown as Resolvers, "resolve");
  attach("Mutation", guarded(mutations, schema) as unknown as Resolvers, "resolve");
  attach("Subscription", subscriptions as unknown as Resolvers, "subscribe");
  for (const name of ["RunConfigData", "GenericScalar"]) {
    const scalar = schema.getType(name);
    if (!(scalar instanceof GraphQLScalarType)) throw new TypeError(`The schema has no scalar ${name}`);
    // Any JSON, written in the query or given as a variable.
    scalar.parseLiteral = (node, variables) => valueFromASTUntyped(node, variables);
  }
  return schema;
}
