import { type Answers, compareAnswers, type Comparing } from "./run-steps.ts";
import type { Step } from "./step.ts";

/** Rules, transforms and kinds of improvements without which two servers' answers differ no more than with them. */
export function needless(steps: readonly Step[], theirs: Answers, ours: Answers, comparing: Comparing): readonly string[] {
  const texts = new Map(
    steps.map(({ title }) => [title, JSON.stringify([theirs.byTitle[title]?.data, ours.byTitle[title]?.data])]),
  );
  // An alias ends with the field's name.
  const meeting = (field: string): readonly Step[] =>
    steps.filter(({ title }) => texts.get(title)?.includes(`${field.split(".").at(-1)}":`) === true);
  const differ = (among: readonly Step[], less: Comparing): boolean =>
    compareAnswers(among, theirs, ours, less).differences.length >
    compareAnswers(among, theirs, ours, comparing).differences.length;
  const { rules, transforms, better } = comparing;
  return [
    ...Object.keys(rules).filter((field) => !differ(meeting(field), { ...comparing, rules: without(rules, field) })),
    ...Object.keys(transforms).filter(
      (field) => !differ(meeting(field), { ...comparing, transforms: without(transforms, field) }),
    ),
    ...better.flatMap((each, index) =>
      differ(steps, { ...comparing, better: better.filter((other) => other !== each) }) ? [] : [`better ${index}`],
    ),
  ];
}

const without = <Value>(all: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(all).filter(([each]) => each !== name));
