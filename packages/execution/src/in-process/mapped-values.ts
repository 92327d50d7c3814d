import { stepValueId } from "./in-process-result.ts";

/** What steps gave their dynamic outputs, of each step in its latest try alone. */
export class MappedValues {
  readonly #steps = new Map<string, Map<string, Map<string, unknown>>>();

  add(step: string, output: string, mappingKey: string, value: unknown): void {
    const outputs = this.#steps.get(step) ?? new Map<string, Map<string, unknown>>();
    const values = outputs.get(output) ?? new Map<string, unknown>();
    this.#steps.set(step, outputs.set(output, values.set(mappingKey, value)));
  }

  /** The step is tried again. */
  forget(step: string): void {
    this.#steps.delete(step);
  }

  /** By the ids of the outputs, records by mapping key. */
  records(): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
    return [...this.#steps].flatMap(([step, outputs]) =>
      [...outputs].map(([output, values]) => [stepValueId(step, output), Object.fromEntries(values)] as const),
    );
  }
}
