import { DomainError } from "@dagwright/model";

/** A job snapshot or a selection from which no plan can be made. */
export class ExecutionPlanError extends DomainError<"ExecutionPlanError"> {
  readonly jobName: string;

  constructor(jobName: string, problem: string) {
    super("ExecutionPlanError", `Job "${jobName}" cannot be planned: ${problem}`);
    this.jobName = jobName;
  }
}

/** A selection that nobody understands. */
export class SelectionSyntaxError extends DomainError<"SelectionSyntaxError"> {
  /** Where in the text, in characters from 1. */
  readonly position: number;

  constructor(text: string, position: number, problem: string) {
    super("SelectionSyntaxError", `The selection ${JSON.stringify(text)} is not understood at character ${position}: ${problem}`);
    this.position = position;
  }
}

/** A selection by what is not known where it is asked. */
export class UnanswerableSelectionError extends DomainError<"UnanswerableSelectionError"> {
  readonly attribute: string;

  constructor(attribute: "code_location") {
    super(
      "UnanswerableSelectionError",
      `A selection by "${attribute}:" cannot be answered inside of a code location: it does not know by which name a workspace has it. ` +
        `Leave it out here; it works where several locations are in view, as with \`dagwright asset list --select\`.`,
    );
    this.attribute = attribute;
  }
}

/** A query for ops that cannot be read, or that matches none of the job. */
export class OpSelectionError extends DomainError<"OpSelectionError"> {
  constructor(query: string, problem: string) {
    super("OpSelectionError", `"${query}" ${problem}`);
  }
}
