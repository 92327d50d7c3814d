/** Preloaded by `node --import`: puts the bug into this process that `DAGWRIGHT_CHAOS_DELIBERATE_BUG` names; see deliberate-bugs.ts. */
import { deliberateBugs, type DeliberateBug } from "../deliberate-bugs.ts";

const name = process.env["DAGWRIGHT_CHAOS_DELIBERATE_BUG"];

if (name !== undefined) {
  const bug = (deliberateBugs as Readonly<Record<string, DeliberateBug>>)[name];
  if (bug === undefined) throw new Error(`There is no deliberate bug "${name}"`);
  const { default: pg } = await import("pg");
  type Query = (this: unknown, text: unknown, ...rest: unknown[]) => unknown;
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (text, ...rest) {
    const sabotaged =
      typeof text === "string"
        ? bug.statements.reduce((all, { pattern, replacement }) => all.replace(pattern, replacement), text)
        : text;
    return query.call(this, sabotaged, ...rest);
  };
}
