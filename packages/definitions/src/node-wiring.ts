import { inspect } from "node:util";
import { captureSite } from "./definition-site.ts";
import { ForeignHandleError, WiringError } from "./errors.ts";
import { type DynamicSource, type HandleTarget, handleTarget } from "./handle.ts";

type Below = (...args: never[]) => unknown;

/** What a wired value stands for. */
export function targetOf(value: unknown, composition: object, where: string, below: Below): HandleTarget {
  const target = handleTarget(value);
  if (!target) {
    throw new WiringError(
      `${where} was given ${showValue(value)} instead of a handle. Only what another op returns can be wired; fixed values belong into config`,
      captureSite(below),
    );
  }
  if (target.composition !== composition) throw new ForeignHandleError(target.label, `to ${where}`, captureSite(below));
  return target;
}

/** A value as messages show it. */
export const showValue = (value: unknown): string => inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 80);

/** Finds out whether a node is mapped, and refuses what cannot be wired to it. */
export class NodeWiring {
  readonly #what: string;
  readonly #below: Below;
  #over: DynamicSource | undefined;
  #collected: DynamicSource | undefined;

  constructor(what: string, below: Below) {
    this.#what = what;
    this.#below = below;
  }

  take(
    { label, dynamic, mappedOver, collects, isNothing }: HandleTarget,
    where: string,
    isList: boolean,
    isOrderOnly: boolean,
  ): void {
    if (isNothing && !isOrderOnly)
      this.#refuse(`${where} was given ${label}, which has no value; declare the input as \`nothing\``);
    if (dynamic !== undefined) this.#refuse(`${where} was given ${label}, which is dynamic; use its map or collect`);
    if (isList && collects !== undefined) this.#refuse(`${where} was given ${label} within a list; wire it alone`);
    if (isList && mappedOver !== undefined)
      this.#refuse(`${where} was given ${label} within a list, and it is mapped; use collect`);
    this.#collected ??= collects;
    if (mappedOver === undefined) return;
    const over = this.#over ?? mappedOver;
    if (over.node !== mappedOver.node || over.output !== mappedOver.output)
      this.#refuse(
        `${this.#what} is mapped over both "${over.node}" and "${mappedOver.node}"; it can be over one. Collect the other`,
      );
    this.#over = over;
  }

  /** The dynamic output for each of whose values the node runs. */
  mappedOver(): DynamicSource | undefined {
    if (this.#over !== undefined && this.#collected !== undefined)
      this.#refuse(
        `${this.#what} is mapped over "${this.#over.node}" and collects what comes of "${this.#collected.node}"; it can do one of both`,
      );
    return this.#over;
  }

  #refuse(problem: string): never {
    throw new WiringError(problem, captureSite(this.#below));
  }
}
