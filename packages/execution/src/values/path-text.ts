/** One step into a value: a property, an index, or a text of its own (`.get("k")` of a map). */
export type PathStep = string | number | { readonly text: string };

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** A path as errors say it, `$` being the value itself: `$.a[3]["odd key"]`. */
export function pathText(steps: readonly PathStep[]): string {
  return `$${steps.map(stepText).join("")}`;
}

function stepText(step: PathStep): string {
  if (typeof step === "number") return `[${step}]`;
  if (typeof step === "object") return step.text;
  return identifier.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
