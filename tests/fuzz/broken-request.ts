import type { Random } from "../chaos/random.ts";
import { anyValue } from "./known-values.ts";
import type { RandomQuery } from "./random-query.ts";

/** An HTTP request to the GraphQL endpoint with something wrong about it. */
export interface BrokenRequest {
  readonly method: string;
  /** Behind the endpoint's path. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

const json = { "content-type": "application/json" };
const request = (
  body: string | Buffer | null,
  headers: Readonly<Record<string, string>> = json,
  method = "POST",
): BrokenRequest => ({
  method,
  search: "",
  headers,
  body: body === null ? null : Buffer.from(body as string),
});

const signs = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ":",
  "!",
  "$",
  "@",
  "...",
  "|",
  "=",
  "&",
  '"',
  '"""',
  "#",
  ",",
  "\ufeff",
  "\u0000",
  "\\u",
  "null",
];
const words = [
  "query",
  "mutation",
  "subscription",
  "fragment",
  "on",
  "__typename",
  "__schema",
  "__type",
  "String",
  "-",
  "1e999",
  "0x1",
];
const contentTypes = [
  "",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/graphql",
  "application/json; charset=utf-16",
  "application/json; charset=nonsense",
  "APPLICATION/JSON",
  "application/json;;;",
  "application/graphql-response+json",
  "image/png",
];

/** Breaks an operation that fits. */
export function breakRequest(fitting: RandomQuery, random: Random): BrokenRequest {
  const whole = JSON.stringify(fitting);
  const kinds: readonly (() => BrokenRequest)[] = [
    () => request(JSON.stringify({ ...fitting, query: breakText(fitting.query, random) })),
    () => request(JSON.stringify({ ...fitting, query: breakText(fitting.query, random) })),
    () => request(JSON.stringify({ ...fitting, query: breakText(fitting.query, random) })),
    () => request(JSON.stringify({ ...fitting, variables: breakVariables(fitting.variables, random) })),
    () => request(JSON.stringify({ ...fitting, variables: breakVariables(fitting.variables, random) })),
    () => request(JSON.stringify({ ...fitting, variables: anyValue(random, 3) })),
    () => request(JSON.stringify({ ...fitting, operationName: anyValue(random, 1) })),
    () => request(JSON.stringify({ ...fitting, query: anyValue(random, 2) })),
    () => request(JSON.stringify({ ...fitting, extensions: anyValue(random, 3) })),
    () => request(JSON.stringify({ extensions: { persistedQuery: anyValue(random, 2) } })),
    () => request(JSON.stringify(random.pick([[fitting], [[]], null, 7, "text", true, {}]))),
    () => request(whole.slice(0, random.between(0, whole.length))),
    () => request(breakBytes(Buffer.from(whole), random)),
    () => request(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(whole)])),
    () => request(Buffer.from(whole, "utf16le")),
    () => request(whole, { "content-type": random.pick(contentTypes) }),
    () => request(whole, { ...json, "content-encoding": random.pick(["gzip", "br", "identity", "nonsense"]) }),
    () => request(whole, { ...json, accept: random.pick(["", "text/html", "nonsense", "application/json;q=0", "*/*;q=x"]) }),
    () => request(whole, { ...json, origin: random.pick(["null", "https://elsewhere.example", "nonsense"]) }),
    () => request(whole, { ...json, "x-forwarded-host": "x".repeat(5_000) }),
    () => request(whole, json, random.pick(["PUT", "PATCH", "DELETE", "OPTIONS"])),
    () => ({
      ...request(null, {}, "GET"),
      search: `?query=${encodeURIComponent(breakText(fitting.query, random).toWellFormed().slice(0, 4_000))}`,
    }),
    () => ({
      ...request(null, {}, "GET"),
      search: random.pick([
        "?",
        "?query",
        "?query=%",
        "?query=%ff%fe",
        "?query=a&query=b",
        "?variables={",
        "?query[]=a",
        "?__proto__=1",
      ]),
    }),
    () => request(JSON.stringify({ ...fitting, query: bomb(random) })),
    () => request(JSON.stringify({ query: "subscription { locationStateChangeEvents { __typename } }" })),
  ];
  return random.pick(kinds)();
}

/** Tokens taken out, put twice, swapped, or others put between. */
function breakText(text: string, random: Random): string {
  const tokens = text.split(/([{}()[\]:,!$@\s]+)/);
  for (let times = random.between(1, 3); times > 0; times -= 1) {
    const at = random.between(0, tokens.length - 1);
    switch (random.between(0, 4)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, tokens[at] ?? "");
        break;
      case 2:
        tokens.splice(at, 1, random.pick(words));
        break;
      case 3:
        tokens.splice(at, 0, random.pick(signs));
        break;
      default:
        tokens.splice(at, 1, (tokens[at] ?? "").slice(1));
    }
  }
  return tokens.join("");
}

function breakVariables(variables: Readonly<Record<string, unknown>>, random: Random): unknown {
  const entries = Object.entries(variables);
  if (entries.length === 0) return { unasked: anyValue(random, 2) };
  const [name] = random.pick(entries);
  if (random.next() < 0.2) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...variables, [name]: anyValue(random, 3) };
}

function breakBytes(bytes: Buffer, random: Random): Buffer {
  const broken = Buffer.from(bytes);
  for (let times = random.between(1, 8); times > 0; times -= 1)
    broken[random.between(0, broken.length - 1)] = random.between(0, 255);
  return broken;
}

/** Texts that are made to be expensive. */
function bomb(random: Random): string {
  const n = random.between(10, 3_000);
  const bombs: readonly (() => string)[] = [
    () => `${"{a".repeat(n)}${"}".repeat(n)}`,
    () => `{ runOrError(runId: ${"[".repeat(n)}${"]".repeat(n)}) { __typename } }`,
    () => `query($v: ${"[".repeat(n)}Int${"]".repeat(n)}) { version }`,
    () => `{ ${"version ".repeat(n)} }`,
    () => `{ ${Array.from({ length: n }, (_, i) => `a${i}: version`).join(" ")} }`,
    () => `{ version ${"@skip(if: false) ".repeat(n)} }`,
    () =>
      `{ ...f0 } ${Array.from({ length: n }, (_, i) => `fragment f${i} on Query { ...f${(i + 1) % n} ...f${(i * 7) % n} }`).join(" ")}`,
    () => `{ assetNodes { ${"dependencies { asset { ".repeat(n % 12)} id ${"} } ".repeat(n % 12)} } }`,
    () => `{ runOrError(runId: """${"x".repeat(n * 100)}""") { __typename } }`,
    () => `{ runsOrError(limit: ${"9".repeat(n)}) { __typename } }`,
    () => `{ version } #${"x".repeat(n * 100)}`,
    () => Array.from({ length: n }, (_, i) => `query q${i} { version }`).join(" "),
  ];
  return random.pick(bombs)();
}
