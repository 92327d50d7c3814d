import { compare, type Difference } from "./compare.ts";
import { normalise, type Rule } from "./normalise.ts";
import { type Answer, type Memory, send, sendUntil, type Server } from "./server.ts";
import { selectEverything, type Selecting } from "./select-everything.ts";
import type { Step } from "./step.ts";

export interface Comparing extends Selecting {
  readonly rules: Readonly<Record<string, Rule>>;
  readonly transforms: Readonly<Record<string, (value: unknown) => unknown>>;
  /** What kinds of differences are improvements. */
  readonly better: readonly ((difference: Difference) => boolean)[];
  /** Where both differ on purpose, by `Type.field`, and why. */
  readonly tolerated: Readonly<Record<string, string>>;
}

/** What one server answered to all steps. */
export interface Answers {
  readonly byTitle: Readonly<Record<string, Answer>>;
  /** Names of values that answers gave. */
  readonly names: ReadonlyMap<string, string>;
}

/** What goes on from one list of steps to the next. */
export interface Session {
  readonly memory: Memory;
  readonly byTitle: Record<string, Answer>;
}

/** Sends all steps to one server, in their order. */
export async function runSteps(
  steps: readonly Step[],
  server: Server,
  selecting: Selecting,
  { memory, byTitle }: Session,
): Promise<Answers> {
  for (const step of steps) {
    if (byTitle[step.title] !== undefined) throw new Error(`Two steps are called "${step.title}"`);
    const answer = await answerOf(step, server, memory, selecting);
    for (const [name, path] of Object.entries(step.remember ?? {})) memory.remember(name, path, answer.data);
    byTitle[step.title] = answer;
  }
  return { byTitle, names: memory.names };
}

async function answerOf(step: Step, server: Server, memory: Memory, selecting: Selecting): Promise<Answer> {
  try {
    const variables = typeof step.variables === "function" ? step.variables(memory.known) : (step.variables ?? {});
    const query = typeof step.operation === "string" ? step.operation : selectEverything(step.operation, variables, selecting);
    return step.until === undefined
      ? await send(server, query, variables)
      : await sendUntil(server, query, variables, step.until);
  } catch (error) {
    throw new Error(`${server.name} could not be asked "${step.title}"`, { cause: error });
  }
}

const rootOf = ({ operation }: Step): string => {
  const kind =
    typeof operation !== "string" ? operation.kind : operation.trimStart().startsWith("mutation") ? "mutation" : "query";
  return kind === "query" ? "Query" : "Mutation";
};

/** What of an answer both have to have in common. */
const comparable = (step: Step, { byTitle, names }: Answers, { theirs: schema, rules, transforms }: Comparing): unknown => {
  const answer = byTitle[step.title];
  if (answer === undefined) throw new Error(`Nobody asked "${step.title}"`);
  const { status, errors, data } = answer;
  return {
    type: "Answer",
    fields: {
      status,
      errors: errors.map(({ path }) => path ?? []),
      data: data === null ? null : normalise(data, rootOf(step), { schema, rules, transforms, names }),
    },
  };
};

export interface TitledDifference extends Difference {
  readonly title: string;
}

/** All differences between two servers' answers but for those that are tolerated, and which of the tolerances were needed. */
export function compareAnswers(
  steps: readonly Step[],
  theirs: Answers,
  ours: Answers,
  comparing: Comparing,
): { readonly differences: readonly TitledDifference[]; readonly used: ReadonlySet<string> } {
  const used = new Set<string>();
  const differences = steps.flatMap((step) => {
    const here = Object.keys(step.tolerated ?? {});
    return compare(comparable(step, theirs, comparing), comparable(step, ours, comparing))
      .filter((difference) => {
        const { field, path } = difference;
        if (comparing.better.some((isBetter) => isBetter(difference))) return false;
        if (comparing.tolerated[field] !== undefined) {
          used.add(field);
          return false;
        }
        const known = here.find((start) => path.includes(start));
        if (known !== undefined) used.add(`${step.title}: ${known}`);
        return known === undefined;
      })
      .map((difference) => ({ title: step.title, ...difference }));
  });
  return { differences, used };
}
