import type { JobSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { configTypesOf, toConfigField, toNamelessField } from "../config/config-types.ts";

/** A job's resources and loggers. Older clients find them under the job's one mode. */
export const toModes = (job: JobSnapshot): gql.Mode[] => [
  {
    id: `${job.name}:default`,
    name: "default",
    description: null,
    resources: () => toResources(job),
    loggers: () => toLoggers(job),
  },
];

export const toResources = (job: JobSnapshot): gql.Resource[] =>
  job.resources.map(({ key, description, configType }) => ({
    name: key,
    description,
    configField: () => toNamelessField(configType, configTypesOf(job)),
  }));

/** The loggers that run config may set up. */
function toLoggers(job: JobSnapshot): gql.Logger[] {
  const types = configTypesOf(job);
  const fieldsOf = (key: string | undefined) => {
    const type = key === undefined ? null : types.get(key);
    return type !== null && "fields" in type ? type.fields : [];
  };
  const loggers = fieldsOf(job.mappedRunConfigType ?? job.runConfigType).find(({ name }) => name === "loggers");
  return fieldsOf(loggers?.type).map(({ name, description, type }) => {
    const config = fieldsOf(type).find((field) => field.name === "config");
    return { name, description, configField: config === undefined ? null : () => toConfigField(config, types) };
  });
}
