import {
  type CheckResult,
  insideOp,
  isCheckResult,
  isMaterializeResult,
  isObserveResult,
  type OpDefinition,
  type OutputDefinition,
} from "@dagwright/definitions";
import {
  assetKeysEqual,
  assetKeyToUserString,
  dataVersionTags,
  type Metadata,
  type PlannedStep,
  type Tags,
} from "@dagwright/model";
import { AssetResultError } from "../errors.ts";
import { listOutputs, opLabel, opLabelAtStart } from "./op-label.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

/** One asset that a step made or observed. */
export interface AssetOutput {
  readonly out: OutputDefinition;
  /** Absent: there is none, and nothing is stored. */
  readonly value?: unknown;
  readonly metadata: Metadata;
  readonly tags: Tags;
  readonly checkResults: readonly CheckResult[];
  /** Of what is observed: the data of each partition; null or absent: nobody tells them apart. */
  readonly dataVersionsByPartition?: ReadonlyMap<string, string> | null;
}

/** What the function of an asset tells, one after the other. */
export type AssetTold = AssetOutput | CheckResult;

/**
 * Reads what the function of an asset, or of several, returned or yields. A generator's code runs between what it yields, so each asset
 * is to be recorded before the next is asked for.
 *
 * @throws UserCodeFailure with what the generator threw, or an AssetResultError for what cannot be understood, is of no asset of the
 * step, comes twice or is missing
 */
export async function* assetResults(op: OpDefinition, step: PlannedStep, returned: unknown): AsyncGenerator<AssetTold> {
  const reader = new ResultReader(op, step);
  for await (const [entry, verb] of entriesOf(op, returned)) {
    for (const told of reader.read(entry, verb)) yield told;
  }
  yield* reader.untold(returned);
}

/** What was returned, or each that is yielded, and how messages call that. */
async function* entriesOf(op: OpDefinition, returned: unknown): AsyncGenerator<readonly [unknown, string]> {
  if (isGenerator(returned)) {
    const iterator = (
      Symbol.asyncIterator in returned ? returned[Symbol.asyncIterator]() : returned[Symbol.iterator]()
    ) as AsyncIterator<unknown>;
    let isDone = false;
    try {
      for (;;) {
        const next = await byUser(op, () => iterator.next());
        isDone = next.done === true;
        if (isDone) return;
        yield [next.value, "yielded"];
      }
    } finally {
      // Refused half-way: its `finally` blocks run. After an error of its own this does nothing.
      if (!isDone) await byUser(op, () => iterator.return?.());
    }
  }
  if (op.assetWork?.isMulti && Array.isArray(returned)) {
    for (const one of returned as readonly unknown[]) yield [one, "returned"];
    return;
  }
  yield [returned, "returned"];
}

async function byUser<T>(op: OpDefinition, run: () => T): Promise<Awaited<T>> {
  try {
    return await insideOp(opLabel(op), run);
  } catch (error) {
    throw new UserCodeFailure(error);
  }
}

function isGenerator(value: unknown): value is Generator<unknown> | AsyncGenerator<unknown> {
  if (typeof value !== "object" || value === null) return false;
  const tag = Object.prototype.toString.call(value);
  return tag === "[object Generator]" || tag === "[object AsyncGenerator]";
}

class ResultReader {
  readonly #op: OpDefinition;
  readonly #label: string;
  readonly #assets: readonly OutputDefinition[];
  readonly #selected: readonly OutputDefinition[];
  readonly #told = new Set<string>();

  constructor(op: OpDefinition, step: PlannedStep) {
    this.#op = op;
    this.#label = opLabelAtStart(op);
    this.#assets = op.outs.filter(({ check }) => check === undefined);
    this.#selected = this.#assets.filter(({ name }) => step.outputs.some((planned) => planned.name === name));
  }

  *read(entry: unknown, verb: string): Generator<AssetTold> {
    const { kind, isMulti } = this.#op.assetWork!;
    if (isCheckResult(entry)) yield entry;
    else if (isMaterializeResult(entry)) {
      if (kind === "observe")
        this.#refuse(
          `${verb} materializeResult(…); it only looks at what others make, and ${verb === "yielded" ? "yields" : "returns"} observeResult(…)`,
        );
      const { hasValue, value } = entry;
      yield this.#output(this.#outOf(entry.assetKey, verb), entry, verb, hasValue ? { value } : {});
    } else if (isObserveResult(entry)) {
      if (kind === "materialize")
        this.#refuse(`${verb} observeResult(…), which is for observable assets; tell of what is made by materializeResult(…)`);
      // By structure: it may come from an older copy of this package.
      const { dataVersionsByPartition = null } = entry as Partial<typeof entry>;
      yield { ...this.#output(this.#outOf(entry.assetKey, verb), entry, verb, {}), dataVersionsByPartition };
    } else if (kind === "observe") yield* this.#observed(entry, verb);
    else if (isMulti) yield* this.#record(entry, verb);
    else if (verb === "yielded") this.#refuse(`yielded ${describe(entry)}; a generator yields materializeResult({value: …})`);
    else yield this.#output(this.#assets[0]!, nothingMore, verb, { value: entry });
  }

  /** What is left at the end: without values nobody has to tell of what was made as it was asked for. */
  *untold(returned: unknown): Generator<AssetTold> {
    const left = this.#selected.filter(({ name }) => !this.#told.has(name));
    const { isMulti, kind, hasValues } = this.#op.assetWork!;
    if (isMulti && !hasValues && kind === "materialize" && returned === undefined) {
      for (const out of left) if (!out.isSkippable) yield this.#output(out, nothingMore, "returned", {});
      return;
    }
    const missing = left.filter(({ isRequired }) => isRequired);
    if (missing.length > 0)
      this.#refuse(`told nothing of ${list(missing)}; return or yield a result for each, or declare it as optional`);
  }

  *#observed(entry: unknown, verb: string): Generator<AssetTold> {
    const { isMulti } = this.#op.assetWork!;
    if (!isMulti && typeof entry === "string" && entry !== "") {
      yield this.#output(this.#assets[0]!, { ...nothingMore, dataVersion: entry }, verb, {});
      return;
    }
    this.#refuse(
      `${verb} ${describe(entry)}; the function of an observable asset returns ${isMulti ? "observeResult({asset, …}) for each" : "the version of the data as text, or observeResult(…)"}`,
    );
  }

  *#record(entry: unknown, verb: string): Generator<AssetTold> {
    if (!this.#op.assetWork!.hasValues) {
      if (entry === undefined && verb === "returned") return;
      this.#refuse(`${verb} ${describe(entry)}; its assets have no values, and are told of by materializeResult({asset, …})`);
    }
    if (typeof entry !== "object" || entry === null || Array.isArray(entry))
      this.#refuse(`${verb} ${describe(entry)}; it makes a record with its outputs ${listOutputs(this.#assets)}`);
    const record = entry as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(record).find((name) => !this.#assets.some((out) => out.name === name));
    if (unknown !== undefined)
      this.#refuse(`${verb} an output "${unknown}" that it does not declare; its outputs are ${listOutputs(this.#assets)}`);
    for (const out of this.#assets) {
      if (!Object.hasOwn(record, out.name) || (record[out.name] === undefined && !out.isRequired)) continue;
      const given = record[out.name];
      if (!isMaterializeResult(given)) yield this.#output(out, nothingMore, verb, { value: given });
      else {
        if (given.assetKey !== null && !assetKeysEqual(given.assetKey, out.assetKey!))
          this.#refuse(`${verb} as "${out.name}" a result of the asset "${assetKeyToUserString(given.assetKey)}"`);
        yield this.#output(out, given, verb, given.hasValue ? { value: given.value } : {});
      }
    }
  }

  #outOf(assetKey: OutputDefinition["assetKey"] | null, verb: string): OutputDefinition {
    if (assetKey === null || assetKey === undefined) {
      const [only] = this.#selected;
      if (only !== undefined && this.#selected.length === 1) return only;
      return this.#refuse(
        `${verb} a result that may be of several assets; say of which by \`asset\`. It makes ${list(this.#assets)}`,
      );
    }
    const found = this.#assets.find((out) => assetKeysEqual(out.assetKey!, assetKey));
    return (
      found ??
      this.#refuse(
        `${verb} a result of the asset "${assetKeyToUserString(assetKey)}", which it does not declare; it makes ${list(this.#assets)}`,
      )
    );
  }

  #output(
    out: OutputDefinition,
    {
      metadata,
      tags,
      dataVersion,
      checkResults,
    }: Pick<AssetOutput, "metadata" | "tags" | "checkResults"> & { readonly dataVersion: string | null },
    verb: string,
    value: { readonly value?: unknown },
  ): AssetOutput {
    const shown = `"${assetKeyToUserString(out.assetKey!)}"`;
    if (!this.#selected.includes(out))
      this.#refuse(`${verb} a result of ${shown}, which this run did not ask for. Look at \`context.selectedAssetKeys\``);
    if (this.#told.has(out.name)) this.#refuse(`${verb} ${shown} a second time`);
    this.#told.add(out.name);
    if (!this.#op.assetWork!.hasValues && "value" in value)
      this.#refuse(`${verb} a value of ${shown}, which is described by a spec and has none. Declare it among \`outs\``);
    if (out.schema !== null && !("value" in value))
      this.#refuse(`${verb} a result of ${shown} without the value that its schema describes`);
    return { out, metadata, tags: { ...tags, ...this.#versionTags(dataVersion) }, checkResults, ...value };
  }

  #versionTags(dataVersion: string | null): Tags {
    if (dataVersion === null) return {};
    const tags = { [dataVersionTags.dataVersion]: dataVersion };
    return this.#op.assetWork!.kind === "observe" ? tags : { ...tags, [dataVersionTags.isUserProvided]: "true" };
  }

  #refuse(problem: string): never {
    throw new UserCodeFailure(new AssetResultError(this.#label, problem));
  }
}

const nothingMore = Object.freeze({ metadata: {}, tags: {}, dataVersion: null, checkResults: [] });

const list = (outs: readonly OutputDefinition[]): string =>
  outs.map(({ assetKey }) => `"${assetKeyToUserString(assetKey!)}"`).join(", ");

const describe = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : value === undefined
        ? "nothing"
        : `a value of the type ${typeof value}`;
