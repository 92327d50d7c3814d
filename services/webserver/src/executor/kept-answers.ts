import type { Workspace } from "@dagwright/workspace";

import type { Viewer } from "../viewer.ts";
import type { KnownOperation } from "./known-operation.ts";

/** What an answer answers: who asks, too, since what they may do is told with much else. */
export interface Question {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
}

const mostBytes = 64 * 1024 * 1024;
const mostBytesOfOne = mostBytes / 4;
const longestKey = 16 * 1024;
/** What an answer takes besides its bytes. */
const overheadBytes = 512;

/**
 * Answers that were made of code locations' definitions alone, as bytes. They hold until any code location changes; the ones that were not asked for the
 * longest go first.
 */
export class KeptAnswers implements Disposable {
  readonly #answers = new Map<string, Buffer>();
  readonly #watching: Disposable;
  readonly #viewers = new WeakMap<Viewer, number>();
  #nextViewer = 0;
  #bytes = 0;
  #generation = 0;

  constructor(workspace: Pick<Workspace, "onChange">) {
    this.#watching = workspace.onChange(() => this.#forget());
  }

  /** Changes when anything does that answers are made of. */
  get generation(): number {
    return this.#generation;
  }

  get(question: Question): Buffer | undefined {
    const key = this.#keyOf(question);
    const answer = this.#answers.get(key);
    if (answer === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  /** @param generation - as it was when the answer was begun; one that was overtaken by a change is not kept */
  keep(question: Question, answer: string | Buffer, generation: number): void {
    const key = this.#keyOf(question);
    if (generation !== this.#generation || key.length > longestKey || answer.length > mostBytesOfOne) return;
    const bytes = typeof answer === "string" ? Buffer.from(answer) : answer;
    this.#drop(key);
    this.#answers.set(key, bytes);
    this.#bytes += bytes.length + overheadBytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= mostBytes) break;
      this.#drop(oldest);
    }
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    this.#forget();
  }

  #keyOf({ operation, variables, viewer }: Question): string {
    let number = this.#viewers.get(viewer);
    if (number === undefined) this.#viewers.set(viewer, (number = this.#nextViewer++));
    return `${operation.number} ${number} ${JSON.stringify(variables)}`;
  }

  #drop(key: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    this.#answers.delete(key);
    this.#bytes -= answer.length + overheadBytes;
  }

  #forget(): void {
    this.#generation += 1;
    this.#answers.clear();
    this.#bytes = 0;
  }
}
