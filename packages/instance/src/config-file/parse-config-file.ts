import { type Document, isAlias, isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { ConfigFileError } from "../errors.ts";
import { stopMark } from "./block.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { nearestWord } from "@dagwright/model";
import { type Environment, markEnvReferences } from "./env-reference.ts";

type Path = readonly (string | number)[];

/** What a rule over the whole file found; `path` is where a reader should look. */
export interface RuleBreach {
  readonly path: Path;
  readonly message: string;
}

export interface ParseConfigFileOptions {
  /** Checks that concern several keys. They see the file's plain values, whatever else is wrong with it. */
  readonly rules?: readonly ((raw: unknown) => readonly RuleBreach[])[];
  /** Says more about an unknown key than its nearest known one; null when it has nothing to say. */
  readonly explainUnknownKey?: (path: Path) => string | null;
}

/**
 * Reads a YAML configuration file into one frozen, typed object.
 *
 * YAML is read as version 1.1, the one Dagster's reader speaks (`yes` is true, `<<` merges); a key given twice is an error here.
 *
 * @param text - the file's content; an empty one stands for an empty mapping
 * @param file - how messages name the file
 * @param schema - built out of {@link block}, {@link list} and the scalars beside them
 * @param env - where `{env: NAME}` is looked up
 * @throws ConfigFileError with every problem of the file at once: line, column, key path, what is wrong
 */
export function parseConfigFile<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
  env: Environment,
  options: ParseConfigFileOptions = {},
): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.1",
    merge: true,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: [],
      ...at(error.pos[0]),
      message: `is not valid YAML: ${error.message}`,
    }));
    throw new ConfigFileError(file, problems);
  }

  const raw = markEnvReferences(document.toJS({ maxAliasCount: 100 }) ?? {}, env);
  const problems: (ConfigProblem & { readonly offset: number })[] = [];
  const report = (path: Path, message: string, where: "key" | "value"): void => {
    const offset = offsetOf(document, path, where);
    problems.push({ path, ...at(offset), message, offset });
  };

  for (const rule of options.rules ?? []) for (const breach of rule(raw)) report(breach.path, breach.message, "key");
  const result = schema.safeParse(raw);
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    if (issue.code === "custom" && issue.params === stopMark) continue;
    if (issue.code !== "unrecognized_keys") {
      report(path, issue.message, "value");
      continue;
    }
    const known = issue.message.split(",");
    for (const key of issue.keys) {
      const nearest = nearestWord(key, known);
      const explained = nearest === null ? options.explainUnknownKey?.([...path, key]) : undefined;
      const hint =
        explained ??
        (nearest === null ? `unknown key; known here: ${known.join(", ")}` : `unknown key; did you mean ${nearest}?`);
      report([...path, key], hint, "key");
    }
  }
  if (problems.length > 0 || !result.success) {
    problems.sort((a, b) => a.offset - b.offset);
    throw new ConfigFileError(
      file,
      problems.map(({ offset: _, ...problem }) => problem),
    );
  }
  return deepFreeze(result.data);
}

/** Where a path's key or value begins; the nearest ancestor's place when the path itself is not written in the file. */
function offsetOf(document: Document, path: Path, where: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) break;
      const isLast = depth === path.length - 1;
      const keyOffset = startOf(pair.key);
      const hasValue = isNode(pair.value) && !(isScalar(pair.value) && pair.value.value === null);
      offset = isLast && where === "value" && hasValue && isScalar(pair.value) ? startOf(pair.value) : keyOffset;
      node = pair.value;
      continue;
    }
    const item: unknown =
      typeof part === "number" && isNode(node) && "items" in node ? (node.items as unknown[])[part] : undefined;
    if (item === undefined) break;
    offset = startOf(item);
    node = item;
  }
  return offset;
}

const startOf = (node: unknown): number => (isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0);

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
