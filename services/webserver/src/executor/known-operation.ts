import {
  type FragmentDefinitionNode,
  getVariableValues,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from "graphql";

import type { GraphContext } from "../graphql/context.ts";
import { AnswerText } from "./answer-text.ts";
import { collectFields } from "./collect-fields.ts";
import { compileOperation, UnwritableAnswer } from "./compile-operation.ts";
import { Execution, type WriteValue } from "./execution.ts";

/** The `data` of an answer. */
export interface WrittenData {
  readonly text: AnswerText;
  /** Whether it came from memory alone: nothing was waited for, not even the database. */
  readonly isFromMemory: boolean;
}

/** Ways that an operation is compiled in: by the values of what it includes and skips. More are not kept. */
const mostVariants = 32;
let operations = 0;

/** One operation of a query that fits the schema. Compiled when it is first carried out. */
export class KnownOperation {
  readonly node: OperationDefinitionNode;
  /** No other operation of this process has it. */
  readonly number = (operations += 1);
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #compiled = new Map<string, WriteValue>();
  #conditions: readonly string[] | undefined;
  #namedFields: ReadonlySet<string> | undefined;

  constructor(schema: GraphQLSchema, node: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.node = node;
    this.#fragments = fragments;
  }

  /**
   * Writes the answer's data.
   *
   * @throws UnwritableAnswer, and what resolvers throw: the answer has errors then
   */
  async write(root: unknown, variables: Readonly<Record<string, unknown>>, context: GraphContext): Promise<WrittenData> {
    const { errors, coerced = {} } = getVariableValues(this.#schema, this.node.variableDefinitions ?? [], variables);
    if (errors !== undefined) throw new UnwritableAnswer("A variable has a value that does not fit");
    const write = this.#compile(coerced);
    const text = new AnswerText();
    const execution = new Execution(context, coerced);
    execution.begin(() => write(root, text, execution));
    await execution.done;
    return { text, isFromMemory: !execution.hasWaited };
  }

  /** The names of all fields that stand in it, at whatever depth. */
  get namedFields(): ReadonlySet<string> {
    return (this.#namedFields ??= fieldNames(this.node, this.#fragments));
  }

  /** Whether everything that it asks for is left out by these variables. */
  isEmpty(variables: Readonly<Record<string, unknown>>): boolean {
    const type = this.#schema.getRootType(this.node.operation);
    const { coerced } = getVariableValues(this.#schema, this.node.variableDefinitions ?? [], variables);
    // What does not fit is told by who carries it out.
    if (coerced === undefined || type === undefined || type === null) return false;
    const selecting = { schema: this.#schema, fragments: this.#fragments, conditions: coerced };
    return collectFields([this.node.selectionSet], type, selecting).size === 0;
  }

  #compile(variables: Readonly<Record<string, unknown>>): WriteValue {
    this.#conditions ??= conditionsOf(this.node, this.#fragments);
    const variant = this.#conditions.map((name) => String(variables[name])).join(" ");
    let write = this.#compiled.get(variant);
    if (write === undefined) {
      const conditions = Object.fromEntries(this.#conditions.map((name) => [name, variables[name]]));
      write = compileOperation(this.#schema, this.node, this.#fragments, conditions);
      if (this.#compiled.size < mostVariants) this.#compiled.set(variant, write);
    }
    return write;
  }
}

/** The variables by which the operation includes and skips. */
function conditionsOf(node: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): readonly string[] {
  const names = new Set<string>();
  for (const part of [node, ...fragments.values()]) {
    visit(part, {
      Directive: ({ arguments: given = [] }) => {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

function fieldNames(node: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of [node, ...fragments.values()]) visit(part, { Field: ({ name }) => void names.add(name.value) });
  return names;
}
