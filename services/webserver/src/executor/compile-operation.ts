import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

import { collectFields, type Selecting } from "./collect-fields.ts";
import type { Execution, WriteValue } from "./execution.ts";
import { isPromise } from "./is-promise.ts";
import { JsonItems } from "./json-items.ts";
import { leafText } from "./leaf-text.ts";
import { writeItems } from "./write-items.ts";

/** An answer that is not all data: its query is to be executed by the reference, which tells what is wrong with which field. */
export class UnwritableAnswer extends Error {
  override readonly name = "UnwritableAnswer";
}

/**
 * Compiles an operation into functions that write the text of its answer's `data`, without an object for the answer in between and without a promise for
 * a field that is there at once. What a selection asks of a type is compiled when the first object of the type comes.
 *
 * It knows nothing of partial answers: whatever is wrong with any value makes the whole writing fail.
 */
export function compileOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  conditions: Selecting["conditions"],
): WriteValue {
  const type = schema.getRootType(operation.operation);
  if (type === undefined || type === null) throw new UnwritableAnswer(`The schema has no ${operation.operation}`);
  return objectWriter([operation.selectionSet], type, { schema, fragments, conditions });
}

type Source = Readonly<Record<string, unknown>>;
type Method = (args: object, context: unknown) => unknown;

interface FieldPlan {
  /** Its name in the answer, with all that stands before it. */
  readonly key: string;
  readonly name: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly write: WriteValue;
}

interface ObjectPlan {
  readonly fields: readonly FieldPlan[];
  readonly end: string;
}

function objectWriter(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType, selecting: Selecting): WriteValue {
  let plan: ObjectPlan | undefined;
  return (source, out, execution) => {
    plan ??= planObject(selectionSets, type, selecting);
    for (const field of plan.fields) {
      out.text += field.key;
      const value = valueOf(source as Source, field, execution);
      if (isPromise(value)) execution.writeWhenThere(value, out.gap(), field.write);
      else field.write(value, out, execution);
    }
    out.text += plan.end;
  };
}

function planObject(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType, selecting: Selecting): ObjectPlan {
  const fields: FieldPlan[] = [];
  const definitions = type.getFields();
  let written = "{";
  let comma = "";
  for (const [responseName, nodes] of collectFields(selectionSets, type, selecting)) {
    written += `${comma}${JSON.stringify(responseName)}:`;
    comma = ",";
    const node = nodes[0]!;
    if (node.name.value === "__typename") {
      written += JSON.stringify(type.name);
      continue;
    }
    const definition = definitions[node.name.value];
    if (definition === undefined) throw new UnwritableAnswer(`${node.name.value} is a field that every schema has`);
    const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const write = valueWriter(definition.type, inner, selecting);
    fields.push({ key: written, name: node.name.value, definition, node, write });
    written = "";
  }
  return { fields, end: `${written}}` };
}

const noArguments: object = Object.freeze({});

/** What the field's resolver gives; without one, what the object has under its name, or what that gives when it is called. */
function valueOf(source: Source, { name, definition, node }: FieldPlan, execution: Execution): unknown {
  const { resolve, args } = definition;
  if (resolve === undefined) {
    const value = source[name];
    if (typeof value !== "function") return value;
    const given = args.length === 0 ? noArguments : execution.argumentsOf(definition, node);
    return (value as Method).call(source, given, execution.context);
  }
  const given = args.length === 0 ? noArguments : execution.argumentsOf(definition, node);
  // No resolver of ours looks at the query's own text, which is all that the last argument would tell it.
  return resolve(source, given, execution.context, undefined as never);
}

function valueWriter(type: GraphQLOutputType, inner: readonly SelectionSetNode[], selecting: Selecting): WriteValue {
  const writePresent = presentWriter(getNullableType(type), inner, selecting);
  const isRequired = isNonNullType(type);
  return (value, out, execution) => {
    if (value === null || value === undefined) {
      if (isRequired) throw new UnwritableAnswer("A field that is never null is null");
      out.text += "null";
    } else {
      writePresent(value, out, execution);
    }
  };
}

function presentWriter(
  type: ReturnType<typeof getNullableType<GraphQLOutputType>>,
  inner: readonly SelectionSetNode[],
  selecting: Selecting,
): WriteValue {
  if (isLeafType(type)) {
    const toText = leafText(type);
    const writeLeaf: WriteValue = (value, out) => {
      out.text += toText(value);
    };
    return (value, out, execution) => {
      if (value instanceof JsonItems) writeItems(value, out, execution, writeLeaf);
      else writeLeaf(value, out, execution);
    };
  }
  if (isListType(type)) {
    const writeItem = valueWriter(type.ofType as GraphQLOutputType, inner, selecting);
    return (value, out, execution) => {
      if (typeof value !== "object" || !(Symbol.iterator in (value as object))) throw new UnwritableAnswer("A list is none");
      writeItems(value as Iterable<unknown>, out, execution, writeItem);
    };
  }
  const write = isObjectType(type) ? objectWriter(inner, type, selecting) : memberWriter(type, inner, selecting);
  return (value, out, execution) => {
    // Resolvers may give an error in place of throwing it.
    if (value instanceof Error) throw value;
    write(value, out, execution);
  };
}

/** Writes an object as the member of a union or interface that it says it is. */
function memberWriter(type: GraphQLAbstractType, inner: readonly SelectionSetNode[], selecting: Selecting): WriteValue {
  const writers = new Map<unknown, WriteValue>();
  return (value, out, execution) => {
    const name = (value as Source)["__typename"];
    let write = writers.get(name);
    if (write === undefined) {
      const member = selecting.schema.getType(String(name));
      if (!isObjectType(member) || !selecting.schema.isSubType(type, member))
        throw new UnwritableAnswer(`${String(name)} is no ${type.name}`);
      write = objectWriter(inner, member, selecting);
      writers.set(name, write);
    }
    write(value, out, execution);
  };
}
