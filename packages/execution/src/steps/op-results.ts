import { types } from "node:util";
import {
  brandOf,
  type DynamicOutput,
  insideOp,
  type OpDefinition,
  type OpOutput,
  type OutputDefinition,
} from "@dagwright/definitions";
import type { Metadata } from "@dagwright/model";
import { OutputRecordError } from "../errors.ts";
import { listOutputs, opLabel, opLabelAtStart } from "./op-label.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

/** One output that an op made. */
export interface OpResult {
  readonly out: OutputDefinition;
  /** Absent: it has none, and nothing is stored. */
  readonly value?: unknown;
  readonly metadata: Metadata;
  /** Which of the values of a dynamic output it is. */
  readonly mappingKey?: string;
}

const none: Metadata = {};

/**
 * Reads what the function of an op returned: the value of its only output, or a record by name; an optional output may be left out.
 *
 * @throws UserCodeFailure with an OutputRecordError for what cannot be understood or is missing
 */
export function* returnedResults(op: OpDefinition, returned: unknown): Generator<OpResult> {
  if (!op.returnsRecord) {
    const [only] = op.outs;
    if (only !== undefined) yield* resultsOf(op, only, returned);
    return;
  }
  if (op.outs.every(({ isNothing }) => isNothing) && returned === undefined) {
    for (const out of op.outs) yield { out, metadata: none };
    return;
  }
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
    const got = returned === null ? "null" : Array.isArray(returned) ? "an array" : typeof returned;
    throw refuse(op, `must return a record with its outputs ${listOutputs(op.outs)}, and returned ${got}`);
  }
  const record = returned as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(record)) requireOutput(op, name, "returned");
  for (const out of op.outs) {
    if (Object.hasOwn(record, out.name)) yield* resultsOf(op, out, record[out.name]);
    else if (out.isNothing) yield { out, metadata: none };
    else if (out.isRequired) throw refuse(op, `returned no output "${out.name}"`);
  }
}

function* resultsOf(op: OpDefinition, out: OutputDefinition, value: unknown): Generator<OpResult> {
  if (out.isNothing) {
    yield { out, metadata: none };
    return;
  }
  // An optional output that is not made is often the other arm of a `?:`.
  if (value === undefined && !out.isRequired) return;
  if (!out.isDynamic) {
    yield resultOf(op, out, value);
    return;
  }
  const keys = new Set<string>();
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value))
    throw refuse(op, `must return a list of dynamicOutput(…) for its dynamic output "${out.name}"`);
  for (const one of value as Iterable<unknown>) {
    if (!isDynamicOutput(one)) throw refuse(op, `returned something else than dynamicOutput(…) for its output "${out.name}"`);
    yield dynamicResult(op, out, one, keys);
  }
}

/** The value of a plain output, or `output(…)` around it. */
function resultOf(op: OpDefinition, out: OutputDefinition, value: unknown): OpResult {
  if (isDynamicOutput(value)) throw refuse(op, `gave a dynamicOutput(…) for its output "${out.name}", which is not dynamic`);
  return isOpOutput(value) ? { out, value: value.value, metadata: value.metadata } : { out, value, metadata: none };
}

function dynamicResult(
  op: OpDefinition,
  out: OutputDefinition,
  { value, mappingKey, metadata }: DynamicOutput,
  keys: Set<string>,
): OpResult {
  if (keys.has(mappingKey)) throw refuse(op, `gave two values of its output "${out.name}" the mapping key "${mappingKey}"`);
  keys.add(mappingKey);
  return { out, value, mappingKey, metadata };
}

/** Whether the op's function is a generator, which yields its outputs. */
export const isGenerator = (returned: unknown): returned is Generator | AsyncGenerator => types.isGeneratorObject(returned);

/**
 * Reads what the function of an op yields. Its code runs between its outputs, so each is to be stored before the next is asked for.
 *
 * @throws UserCodeFailure with what the function threw, or an OutputRecordError for what cannot be understood, comes twice or is missing
 */
export async function* yieldedResults(op: OpDefinition, generator: Generator | AsyncGenerator): AsyncGenerator<OpResult> {
  const made = new Set<string>();
  const keys = new Map<string, Set<string>>();
  let isDone = false;
  try {
    for (;;) {
      const next = await byUser(op, () => generator.next());
      isDone = next.done === true;
      if (isDone) break;
      yield yieldedResult(op, next.value, made, keys);
    }
  } finally {
    // What follows is of no use to anybody: its `finally` runs, and that is all.
    if (!isDone) await byUser(op, () => generator.return(undefined));
  }
  for (const out of op.outs) {
    if (made.has(out.name) || out.isDynamic) continue;
    if (out.isNothing) yield { out, metadata: none };
    else if (out.isRequired) throw refuse(op, `yielded no output "${out.name}"`);
  }
}

function yieldedResult(op: OpDefinition, yielded: unknown, made: Set<string>, keys: Map<string, Set<string>>): OpResult {
  if (!isOpOutput(yielded) && !isDynamicOutput(yielded))
    throw refuse(op, "yielded something else than output(…) or dynamicOutput(…)");
  const out = requireOutput(op, yielded.outputName, "yielded");
  if (out.isDynamic) {
    if (!isDynamicOutput(yielded))
      throw refuse(op, `yielded output(…) for its dynamic output "${out.name}"; use dynamicOutput(…)`);
    let own = keys.get(out.name);
    if (own === undefined) keys.set(out.name, (own = new Set()));
    return dynamicResult(op, out, yielded, own);
  }
  if (made.has(out.name)) throw refuse(op, `yielded its output "${out.name}" twice`);
  made.add(out.name);
  return out.isNothing ? { out, metadata: yielded.metadata } : resultOf(op, out, yielded);
}

async function byUser<T>(op: OpDefinition, call: () => T): Promise<Awaited<T>> {
  try {
    return await insideOp(opLabel(op), call);
  } catch (error) {
    throw new UserCodeFailure(error);
  }
}

function requireOutput(op: OpDefinition, name: string, verb: string): OutputDefinition {
  const out = op.outs.find((one) => one.name === name);
  if (out === undefined)
    throw refuse(op, `${verb} an output "${name}" that it does not declare; its outputs are ${listOutputs(op.outs)}`);
  return out;
}

const refuse = (op: OpDefinition, problem: string): UserCodeFailure =>
  new UserCodeFailure(new OutputRecordError(opLabelAtStart(op), problem));

const isOpOutput = (value: unknown): value is OpOutput => isBranded(value, "opOutput");
const isDynamicOutput = (value: unknown): value is DynamicOutput => isBranded(value, "dynamicOutput");

/** Values are the user's: proxies among them may refuse to be looked at. */
function isBranded(value: unknown, kind: string): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return brandOf(value)?.kind === kind;
}
