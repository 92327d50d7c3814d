/** Values that earlier answers of one server gave, by the names under which steps remember them: its ids of runs and the like. */
export type Known = (name: string) => string;

export type DaemonName = "backfills" | "sensors" | "schedules" | "automation" | "heartbeat";

/** An operation that both servers are sent, with what is made of its answer. */
export interface Step {
  readonly title: string;
  /** A root field with everything that it answers, or the text of an operation. */
  readonly operation: Asked | string;
  /** The variables; those of an {@link Asked} are the field's arguments. */
  readonly variables?: object | ((known: Known) => object);
  /** Names for values of the answer, such as the id of a run, by a path into `data`. */
  readonly remember?: Readonly<Record<string, string>>;
  /** Asks again until the answer is so. Before each time Dagster's daemon of that name makes a pass; ours run by themselves. */
  readonly until?: Until;
  /** How both differ here and only here: the path of the difference, or its beginning, and why. */
  readonly tolerated?: Readonly<Record<string, string>>;
}

export interface Until {
  readonly daemon?: DaemonName;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer, whose shape the step's operation says
  readonly is: (data: any) => boolean;
}

export interface Asked {
  readonly kind: "query" | "mutation";
  readonly field: string;
  /** How many objects deep to ask; fields that need arguments are left out unless the frame knows some. Default 2. */
  readonly depth?: number;
}

type More = Omit<Step, "title" | "operation" | "variables"> & { readonly depth?: number };
type Variables = Step["variables"];

const asking =
  (kind: Asked["kind"]) =>
  (field: string, title: string, variables: Variables = {}, { depth = 2, ...more }: More = {}): Step => ({
    title: `${field}: ${title}`,
    operation: { kind, field, depth },
    variables,
    ...more,
  });

/** Asks a query for all that it has. */
export const ask = asking("query");

/** Sends a mutation and asks for all that it answers. */
export const change = asking("mutation");
