import type { JobSnapshot, ValueTypeSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

/** Types that Dagwright itself has; all others come from a schema of the user's. */
const builtin = new Set(["Any", "String", "Int", "Float", "Bool", "Nothing"]);

/** The type of an op's values. Lists and nullable values are types of their own name here, so every type is a regular one. */
export const toDagsterType = ({ name, description }: ValueTypeSnapshot): gql.RegularDagsterType => ({
  __typename: "RegularDagsterType",
  key: name,
  name,
  displayName: name,
  description,
  isNullable: false,
  isList: false,
  isBuiltin: builtin.has(name),
  isNothing: name === "Nothing",
  inputSchemaType: null,
  outputSchemaType: null,
  innerTypes: [],
  metadataEntries: [],
});

/** The types that a job's ops and graphs use, each once, by name. */
export function valueTypesOf(job: JobSnapshot): ValueTypeSnapshot[] {
  const types = [...job.ops, ...job.graphs].flatMap(({ ins, outs }) => [...ins, ...outs].map(({ type }) => type));
  return [...new Map(types.map((type) => [type.name, type])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
