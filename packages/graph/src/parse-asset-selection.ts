import { assetKeyFromUserString } from "@dagwright/model";
import type { AssetSelectionExpression } from "./asset-selection.ts";
import { SelectionSyntaxError } from "./errors.ts";

/**
 * Reads a selection as people type it, in Dagster's selection language:
 *
 * - `orders`, `key:shop/orders`, `key:"shop/*"`: assets by key, `*` standing for any text; `*`: all
 * - `group:daily`, `group:"raw_*"`, `tag:tier=gold`, `tag:checked` (its value is empty), `kind:duckdb`, `owner:"team:data"`,
 *   `code_location:shop`, `is:external`, `is:materializable`
 * - `roots(…)`, `sinks(…)`: what nothing else of a selection comes before, or after
 * - `check:"orders:positive"`: an asset check; `checks(…)`: the checks of a selection without its assets; `without_checks(…)`: its assets without
 *   their checks
 * - `+orders`, `2+orders`: also what it is made from, to the end or two steps far; `orders+`, `orders+2`: what is made from it
 * - `a and b`, `a or b`, `a, b`, `not a`, brackets; `and` binds more closely than `or`
 *
 * Text with spaces or other punctuation goes into double quotes.
 *
 * @throws SelectionSyntaxError, which names the place
 */
export function parseAssetSelection(text: string): AssetSelectionExpression {
  const tokens = tokenize(text);
  let position = 0;
  const peek = (): Token => tokens[position]!;
  const next = (): Token => tokens[position++]!;
  const isWord = (token: Token, word: string): boolean =>
    token.kind === "name" && !token.isQuoted && token.text.toLowerCase() === word;
  const isMark = (token: Token, mark: string): boolean => token.kind === "mark" && token.text === mark;
  const refuse = (token: Token, expected: string): never => {
    throw new SelectionSyntaxError(
      text,
      token.at,
      `expected ${expected}, found ${token.kind === "end" ? "the end" : `"${token.text}"`}`,
    );
  };

  const either = (): AssetSelectionExpression => {
    let left = both();
    while (isWord(peek(), "or") || peek().text === ",") {
      next();
      left = { kind: "or", left, right: both() };
    }
    return left;
  };
  const both = (): AssetSelectionExpression => {
    let left = negated();
    while (isWord(peek(), "and")) {
      next();
      left = { kind: "and", left, right: negated() };
    }
    return left;
  };
  const negated = (): AssetSelectionExpression => {
    if (!isWord(peek(), "not")) return reaching();
    next();
    return { kind: "minus", left: { kind: "all" }, right: negated() };
  };
  const reaching = (): AssetSelectionExpression => {
    const upstream = reachBefore();
    let of = atom();
    const downstream = reachAfter();
    // Both start from what is named, so that `+a+` is what lies before or after it, not what comes from what lies before.
    const start = of;
    if (upstream !== undefined) of = { kind: "upstream", of: start, depth: upstream, includeSelf: true };
    if (downstream === undefined) return of;
    const below: AssetSelectionExpression = { kind: "downstream", of: start, depth: downstream, includeSelf: true };
    return upstream === undefined ? below : { kind: "or", left: of, right: below };
  };
  const count = (token: Token): number | undefined =>
    token.kind === "name" && !token.isQuoted && /^\d+$/.test(token.text) ? Number(token.text) : undefined;
  const reachBefore = (): number | null | undefined => {
    const depth = count(peek());
    if (depth !== undefined && tokens[position + 1]?.text === "+") position += 1;
    else if (peek().text !== "+") return undefined;
    next();
    return depth ?? null;
  };
  const reachAfter = (): number | null | undefined => {
    if (peek().kind !== "mark" || peek().text !== "+") return undefined;
    next();
    const depth = count(peek());
    if (depth !== undefined) next();
    return depth ?? null;
  };
  const atom = (): AssetSelectionExpression => {
    const token = next();
    if (token.kind === "mark" && token.text === "(") {
      const inner = either();
      const end = next();
      return end.text === ")" ? inner : refuse(end, '")"');
    }
    if (token.kind !== "name") return refuse(token, "an asset, a group or a bracket");
    if (!token.isQuoted && isMark(peek(), ":")) {
      next();
      return attribute(token);
    }
    if (!token.isQuoted && isMark(peek(), "(")) return placeWithin(token);
    return token.text === "*" && !token.isQuoted ? { kind: "all" } : keyNamed(token.text);
  };
  const placeWithin = (name: Token): AssetSelectionExpression => {
    const kind = functions.get(name.text);
    if (kind === undefined) {
      const known = [...functions.keys()].map((one) => `"${one}("`).join(", ");
      throw new SelectionSyntaxError(text, name.at, `"${name.text}(" is unknown; known are ${known}`);
    }
    return { kind, of: atom() };
  };
  const valueOf = (name: string): Token => {
    const value = next();
    return value.kind === "name" ? value : refuse(value, `what "${name}" is to be`);
  };
  const attribute = (name: Token): AssetSelectionExpression => {
    if (!attributes.has(name.text)) {
      const known = [...attributes].map((one) => `"${one}:"`).join(", ");
      throw new SelectionSyntaxError(text, name.at, `"${name.text}:" is unknown; known are ${known}`);
    }
    const value = valueOf(`${name.text}:`);
    switch (name.text) {
      case "group":
        return value.text.includes("*")
          ? { kind: "groupPattern", pattern: value.text }
          : { kind: "groups", groups: [value.text] };
      case "tag": {
        if (!isMark(peek(), "=")) return { kind: "tag", key: value.text, value: "" };
        next();
        return { kind: "tag", key: value.text, value: valueOf(`tag:${value.text}=`).text };
      }
      case "check": {
        let named = value.text;
        if (isMark(peek(), ":")) {
          next();
          named = `${named}:${valueOf(`check:${named}:`).text}`;
        }
        const colon = named.lastIndexOf(":");
        if (colon < 1) return refuse(value, 'an asset and a check, as in "orders:positive"');
        return {
          kind: "checks",
          checks: [{ assetKey: assetKeyFromUserString(named.slice(0, colon)), name: named.slice(colon + 1) }],
        };
      }
      case "kind":
      case "owner":
        return { kind: name.text, name: value.text };
      case "code_location":
        return { kind: "codeLocation", name: value.text };
      case "is":
        if (value.text === "external" || value.text === "materializable") return { kind: "is", what: value.text };
        return refuse(value, '"external" or "materializable"');
      default:
        return keyNamed(value.text);
    }
  };

  const expression = either();
  return peek().kind === "end" ? expression : refuse(peek(), '"and", "or" or the end');
}

const attributes: ReadonlySet<string> = new Set(["key", "group", "tag", "kind", "owner", "code_location", "is", "check"]);
const functions = new Map([
  ["roots", "roots"],
  ["sinks", "sinks"],
  ["checks", "checksOf"],
  ["without_checks", "withoutChecks"],
] as const satisfies readonly (readonly [string, AssetSelectionExpression["kind"]])[]) as ReadonlyMap<
  string,
  "roots" | "sinks" | "checksOf" | "withoutChecks"
>;

const keyNamed = (name: string): AssetSelectionExpression =>
  name.includes("*") ? { kind: "keyPattern", pattern: name } : { kind: "keys", keys: [assetKeyFromUserString(name)] };

interface Token {
  readonly kind: "name" | "mark" | "end";
  readonly text: string;
  readonly isQuoted: boolean;
  /** Its place in the text, from 1. */
  readonly at: number;
}

const token = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"():,+=]+)|([():,+=]))/y;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [whole, quoted, plain, mark] = found;
    const at = found.index + whole.length - whole.trimStart().length + 1;
    tokens.push({
      kind: mark === undefined ? "name" : "mark",
      text: quoted?.replace(/\\(.)/g, "$1") ?? plain ?? mark!,
      isQuoted: quoted !== undefined,
      at,
    });
    end = token.lastIndex;
  }
  const rest = text.slice(end);
  if (rest.trim() !== "")
    throw new SelectionSyntaxError(text, end + rest.length - rest.trimStart().length + 1, "a quotation mark is not closed");
  return [...tokens, { kind: "end", text: "", isQuoted: false, at: text.length + 1 }];
}
