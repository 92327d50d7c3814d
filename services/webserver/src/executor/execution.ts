import { type FieldNode, getArgumentValues, type GraphQLField } from "graphql";

import type { GraphContext } from "../graphql/context.ts";
import type { AnswerText } from "./answer-text.ts";
import { beginTurn, inLaterTurn, isTurnOver } from "./turn.ts";

/** Writes one value of a known type. Throws what keeps it from being written. */
export type WriteValue = (value: unknown, out: AnswerText, execution: Execution) => void;

/** One request's way through a compiled operation: what it waits for, and what has gone wrong. */
export class Execution {
  readonly context: GraphContext;
  /** Fulfilled when every gap has been filled, rejected with the first failure. */
  readonly done: Promise<void>;
  /** Whether anything was waited for. What was not came from memory alone. */
  hasWaited = false;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #arguments = new Map<FieldNode, Readonly<Record<string, unknown>>>();
  readonly #settled = Promise.withResolvers<void>();
  /** What is still to be written; the first writing is one of them. */
  #open = 1;
  #hasFailed = false;

  constructor(context: GraphContext, variables: Readonly<Record<string, unknown>>) {
    this.context = context;
    this.#variables = variables;
    this.done = this.#settled.promise;
  }

  /** A field's arguments: the same in every item of a list, so they are read once. */
  argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Readonly<Record<string, unknown>> {
    let found = this.#arguments.get(node);
    if (found === undefined) {
      found = getArgumentValues(field, node, this.#variables);
      this.#arguments.set(node, found);
    }
    return found;
  }

  /** Does the first writing. */
  begin(write: () => void): void {
    this.#attempt(write);
  }

  /** Writes into a gap when the value is there. */
  writeWhenThere(value: PromiseLike<unknown>, gap: AnswerText, write: WriteValue): void {
    this.hasWaited = true;
    this.#open += 1;
    const go = (known: unknown): void => this.#attempt(() => write(known, gap, this));
    value.then(
      // Thousands of values may be there at once; those for which this turn has no time are written in another.
      (known) => (isTurnOver() ? this.#inLaterTurn(() => go(known)) : go(known)),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Writes in a later turn of the event loop. */
  writeLater(write: () => void): void {
    this.#open += 1;
    this.#inLaterTurn(() => this.#attempt(write));
  }

  #inLaterTurn(write: () => void): void {
    const { gathering } = this.context;
    gathering.hold();
    inLaterTurn(() => {
      write();
      gathering.release();
    });
  }

  #attempt(write: () => void): void {
    if (this.#hasFailed) return;
    try {
      // Nobody waits for what is written after the client has gone, or the query's time is up.
      this.context.signal.throwIfAborted();
      beginTurn();
      write();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#open -= 1;
    if (this.#open === 0) this.#settled.resolve();
  }

  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#settled.reject(error);
  }
}
