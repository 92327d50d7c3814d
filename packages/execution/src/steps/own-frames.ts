/** Where Dagwright's own code lies: installed, in a home's bundle of it, or in this repository. */
const installed = /[/\\]node_modules[/\\](@dagwright|dagwright)[/\\]|[/\\]code[/\\]\.sdk[/\\]/;
const workspace = /^file:\/\/(.*\/packages\/)execution\/src\//.exec(import.meta.url)?.[1] ?? null;
const ofNode = /[( ]node:/;
/** Projects of tests lie among the sources. */
const notOurs = /[/\\]fixtures[/\\]|\.test\.ts:/;

const isOwn = (frame: string): boolean =>
  installed.test(frame) || (workspace !== null && frame.includes(workspace) && !notOurs.test(frame));

/**
 * The calls of a stack that are of the user's code and of what that calls: Dagwright's own are left out, and so is all around the user's
 * code, whoever started the run.
 *
 * @param isExpected - the error is one of Dagwright's own that says all in its words: without any call of the user's its stack is empty.
 * Otherwise such a stack is kept as it is, since something is wrong in Dagwright.
 */
export function withoutOwnFrames(stack: readonly string[], isExpected: boolean): readonly string[] {
  const lastOwn = stack.findLastIndex((frame) => isOwn(frame));
  if (lastOwn === -1) return stack;
  const outermost = stack.slice(0, lastOwn).findLastIndex((frame) => !isOwn(frame) && !ofNode.test(frame));
  if (outermost === -1) return isExpected ? [] : stack;
  return stack.slice(0, outermost + 1).filter((frame) => !isOwn(frame));
}
