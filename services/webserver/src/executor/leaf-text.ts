import { type GraphQLLeafType, isEnumType } from "graphql";

/** What a scalar or an enum looks like in an answer. Throws what its `serialize` throws. */
export type LeafText = (value: unknown) => string;

export function leafText(type: GraphQLLeafType): LeafText {
  const serialized: LeafText = (value) => {
    const text = JSON.stringify(type.serialize(value)) as string | undefined;
    if (text === undefined || text === "null") throw new TypeError(`${type.name} cannot show ${typeof value}`);
    return text;
  };
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ value, name }): [unknown, string] => [value, JSON.stringify(name)]));
    return (value) => texts.get(value) ?? serialized(value);
  }
  switch (type.name) {
    case "String":
    case "ID":
      return (value) => (typeof value === "string" ? quoted(value) : serialized(value));
    case "Boolean":
      return (value) => (typeof value === "boolean" ? String(value) : serialized(value));
    case "Float":
      return (value) => (Number.isFinite(value) ? String(value) : serialized(value));
    case "Int":
      return (value) => (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 ? String(value) : serialized(value));
    default:
      return serialized;
  }
}

/** Up to here a look at each character is quicker than `JSON.stringify`. */
const shortLength = 48;

function quoted(text: string): string {
  if (text.length > shortLength) return JSON.stringify(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Control characters, the quote, the backslash, and halves of pairs, which JSON escapes when they stand alone.
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text);
  }
  return `"${text}"`;
}
