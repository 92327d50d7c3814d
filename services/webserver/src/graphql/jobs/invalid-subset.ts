import { DomainError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { FoundJob } from "../workspace/find-definitions.ts";
import { toPipeline } from "./to-job.ts";

/** A selection that the job cannot be cut down to. */
export class InvalidSubsetError extends DomainError<"InvalidSubsetError"> {
  readonly pipeline: gql.Pipeline;

  constructor(found: FoundJob, problem: string) {
    super("InvalidSubsetError", `The selection for job "${found.job.name}" ${problem}`);
    this.pipeline = toPipeline(found);
  }
}
