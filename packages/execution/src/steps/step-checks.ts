import { type CheckResult, checkResult, isCheckResult, type OpDefinition } from "@dagwright/definitions";
import {
  type AssetCheckKey,
  type AssetCheckTarget,
  assetKeysEqual,
  assetKeyToUserString,
  type AssetKey,
  type InstanceBackend,
  type RunLogEntry,
} from "@dagwright/model";
import { AssetCheckFailedError, CheckResultError } from "../errors.ts";
import { passed } from "./check-value.ts";
import { opLabelAtStart } from "./op-label.ts";
import type { StepTask } from "./step-task.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

export interface StepChecksOptions {
  readonly emit: (entry: RunLogEntry) => void;
  /** Tells which materialization a check looked at. */
  readonly instance: InstanceBackend;
}

/** An output that stands for a check, whether the op declares it or the graph that the op is in. */
interface CheckOutput {
  readonly name: string;
  readonly check: AssetCheckKey & { readonly blocking: boolean };
  /** An op of a graph may leave out what is optional. */
  readonly mayBeAbsent: boolean;
}

/** Whether all that an op makes are evaluations of asset checks. */
export const onlyChecks = (op: OpDefinition): boolean => op.outs.length > 0 && op.outs.every(({ check }) => check !== undefined);

/**
 * Collects what the function of an asset check returned, or yields: it is user code that runs here.
 *
 * @throws CheckResultError when it is something else
 */
export async function collectCheckResults(op: OpDefinition, returned: unknown): Promise<readonly CheckResult[]> {
  const outcome = await returned;
  const one = toCheckResult(outcome);
  if (one !== null) return [one];
  const isIterable =
    typeof outcome === "object" && outcome !== null && (Symbol.iterator in outcome || Symbol.asyncIterator in outcome);
  const expected = "an asset check's function returns checkResult({passed: …}) or whether it passed";
  if (!isIterable)
    throw new CheckResultError(opLabelAtStart(op), `returned ${outcome === null ? "null" : typeof outcome}; ${expected}`);
  const results: CheckResult[] = [];
  for await (const item of outcome as AsyncIterable<unknown>) {
    if (!isCheckResult(item))
      throw new CheckResultError(
        opLabelAtStart(op),
        `yielded ${item === null ? "null" : typeof item} among its results; ${expected}`,
      );
    results.push(item);
  }
  return results;
}

/**
 * The value of an output that stands for a check of a graph's asset.
 *
 * @throws UserCodeFailure with a CheckResultError when it is something else than how a check came out
 */
export function checkResultOf(op: OpDefinition, output: string, value: unknown): CheckResult {
  const result = toCheckResult(value);
  if (result !== null) return result;
  const got = value === null ? "null" : typeof value;
  throw refuse(
    op,
    `made ${got} for its output "${output}", which stands for an asset check: checkResult({passed: …}), or whether it passed`,
  );
}

const toCheckResult = (outcome: unknown): CheckResult | null => {
  if (isCheckResult(outcome)) return outcome;
  return typeof outcome === "boolean" ? checkResult({ passed: outcome }) : null;
};

/** Writes down how a step's asset checks came out, and fails the step when one that holds up what is downstream did not pass. */
export class StepChecks {
  readonly #options: StepChecksOptions;

  constructor(options: StepChecksOptions) {
    this.#options = options;
  }

  /**
   * @returns the names of the outputs that stand for them
   * @throws UserCodeFailure when results are of no check of the op, or some are missing
   * @throws AssetCheckFailedError when a blocking check did not pass with the severity `ERROR`; the others have been written down then
   */
  async evaluate(task: StepTask, op: OpDefinition, results: readonly CheckResult[]): Promise<readonly string[]> {
    const evaluations = this.begin(task, op);
    for (const result of results) await evaluations.add(result);
    return evaluations.finish();
  }

  /** The same for results that come one by one, between the assets that they are of. */
  begin(task: StepTask, op: OpDefinition): CheckEvaluations {
    return new CheckEvaluations(this.#options, task, op);
  }
}

/** The results of a step's checks as they come. */
class CheckEvaluations {
  readonly #options: StepChecksOptions;
  readonly #task: StepTask;
  readonly #op: OpDefinition;
  readonly #outs: readonly CheckOutput[];
  readonly #wanted: readonly CheckOutput[];
  readonly #made = new Set<string>();
  readonly #blocking: CheckOutput[] = [];

  constructor(options: StepChecksOptions, task: StepTask, op: OpDefinition) {
    this.#options = options;
    this.#task = task;
    this.#op = op;
    const own = op.outs.flatMap(({ name, check }) => (check === undefined ? [] : [{ name, check, mayBeAbsent: false }]));
    this.#wanted = task.step.outputs.flatMap(({ name, check, isRequired }): readonly CheckOutput[] => {
      const declared = own.find((one) => one.name === name);
      if (declared !== undefined) return [declared];
      return check === undefined ? [] : [{ name, check, mayBeAbsent: !isRequired }];
    });
    this.#outs = own.length > 0 ? own : this.#wanted;
  }

  /**
   * @param output - the output that it is the value of, where that stands for a check
   * @throws UserCodeFailure when it is of no check of the op, or of one that has a result
   */
  async add(result: CheckResult, output?: string): Promise<void> {
    const { emit } = this.#options;
    const { step } = this.#task;
    const out = outputOf(this.#op, output === undefined ? this.#outs : this.#outs.filter(({ name }) => name === output), result);
    // What this run did not ask for was evaluated for nothing.
    if (!this.#wanted.includes(out)) return;
    if (this.#made.has(out.name)) throw refuse(this.#op, `returned two results of ${checkLabel(out)}`);
    this.#made.add(out.name);
    const { assetKey, name } = out.check;
    emit({
      type: "STEP_OUTPUT",
      atMs: Date.now(),
      stepKey: step.key,
      outputName: out.name,
      mappingKey: null,
      typeCheck: passed(out.name),
      metadata: {},
      message: `Yielded output "${out.name}" of type "Any". (Type check passed).`,
    });
    emit({
      type: "ASSET_CHECK_EVALUATION",
      atMs: Date.now(),
      stepKey: step.key,
      assetKey,
      checkName: name,
      success: result.passed,
      severity: result.severity,
      description: result.description,
      metadata: result.metadata,
      blocking: out.check.blocking,
      partition: null,
      target: await this.#targetOf(assetKey),
      message: `Asset check "${name}" on "${assetKeyToUserString(assetKey)}" ${result.passed ? "passed" : "did not pass"}${result.description === null ? "." : `: ${result.description}`}`,
    });
    if (out.check.blocking && !result.passed && result.severity === "ERROR") this.#blocking.push(out);
  }

  /** The names of the outputs that have a result. Throws as {@link StepChecks.evaluate}. */
  finish(): readonly string[] {
    const missing = this.#wanted.find(({ name, mayBeAbsent }) => !mayBeAbsent && !this.#made.has(name));
    if (missing !== undefined) throw refuse(this.#op, `returned no result of ${checkLabel(missing)}`);
    if (this.#blocking.length > 0) throw new AssetCheckFailedError(this.#blocking.map(({ check }) => check));
    return [...this.#made];
  }

  async #targetOf(assetKey: AssetKey): Promise<AssetCheckTarget | null> {
    const [latest] = await this.#options.instance.assetEvents({ assetKey, types: ["ASSET_MATERIALIZATION"], limit: 1 });
    return latest === undefined ? null : { id: latest.id, runId: latest.runId, atMs: latest.event.atMs };
  }
}

/** The output that a result is for: by its check and asset where it names them, else the only one that there is. */
function outputOf(op: OpDefinition, outs: readonly CheckOutput[], { assetKey, checkName }: CheckResult): CheckOutput {
  const found = outs.filter(
    ({ check }) =>
      (checkName === null || check.name === checkName) && (assetKey === null || assetKeysEqual(check.assetKey, assetKey)),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const known = outs.map(checkLabel).join(", ");
  const named = [
    ...(checkName === null ? [] : [`check "${checkName}"`]),
    ...(assetKey === null ? [] : [`asset "${assetKeyToUserString(assetKey)}"`]),
  ].join(" of ");
  if (found.length > 1)
    throw refuse(
      op,
      `returned a result that may be of several checks; say which by \`check\` and \`asset\`. Its checks are ${known}`,
    );
  throw refuse(
    op,
    `returned a result of ${named === "" ? "a check" : named}, which it does not declare; its checks are ${known === "" ? "none" : known}`,
  );
}

const checkLabel = ({ check }: CheckOutput): string => `"${assetKeyToUserString(check.assetKey)}:${check.name}"`;

const refuse = (op: OpDefinition, problem: string): UserCodeFailure =>
  new UserCodeFailure(new CheckResultError(opLabelAtStart(op), problem));
