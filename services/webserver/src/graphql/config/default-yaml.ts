import { type JobSnapshot, scaffoldRunConfig } from "@dagwright/model";
import { stringify } from "yaml";

/** The run config that a launch without any config comes to, as far as the schema says it. */
export function defaultYaml(job: JobSnapshot): string {
  const value = scaffoldRunConfig(job, "defaults");
  return Object.keys(value).length === 0 ? "{}\n" : stringify(value, { sortMapEntries: true, indentSeq: false });
}
