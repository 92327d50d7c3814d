import { isNormalised } from "./normalise.ts";

export interface Difference {
  /** `Type.field` that it is in. */
  readonly field: string;
  readonly path: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** Where two normalised answers differ. */
export function compare(theirs: unknown, ours: unknown, field = "", path = ""): Difference[] {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length !== ours.length) return [{ field, path, theirs: plain(theirs), ours: plain(ours) }];
    return theirs.flatMap((each, index) => compare(each, ours[index], field, `${path}[${index}]`));
  }
  if (isNormalised(theirs) && isNormalised(ours)) {
    if (theirs.type !== ours.type) return [{ field, path, theirs: plain(theirs), ours: plain(ours) }];
    const names = new Set([...Object.keys(theirs.fields), ...Object.keys(ours.fields)]);
    return [...names].flatMap((name) =>
      compare(theirs.fields[name], ours.fields[name], `${theirs.type}.${name}`, path === "" ? name : `${path}.${name}`),
    );
  }
  return JSON.stringify(sorted(plain(theirs))) === JSON.stringify(sorted(plain(ours)))
    ? []
    : [{ field, path, theirs: plain(theirs), ours: plain(ours) }];
}

/** As it is printed: without the types that comparing needs. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isNormalised(value)) {
    const fields = Object.entries(value.fields).map(([name, inner]) => [name, plain(inner)]);
    return { __typename: value.type, ...Object.fromEntries(fields) };
  }
  return value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
