import { type EvaluationResult, type InstanceBackend, repositoryName, type RunStatusChange } from "@dagwright/model";
import { buildRepository } from "../build-repository.ts";
import type { Definitions } from "../definitions.ts";
import { InvalidEvaluationError } from "../errors.ts";
import { instanceAccess } from "../instance/instance-access.ts";
import { InMemoryInstance } from "../instance/in-memory-instance.ts";
import type { Logger } from "../op-context.ts";
import type { Repository } from "../repository.ts";
import type { SensorContext } from "../sensor.ts";
import { evaluateAssetSensor } from "./asset-sensor.ts";
import { collectingLogger } from "./collecting-logger.ts";
import { evaluateRunStatusSensor } from "./evaluate-run-status-sensor.ts";
import { answeredCursor, listAnswers, type SensorAnswer, toAnswer } from "./sensor-answers.ts";
import { evaluateMultiAssetSensor } from "./multi-asset-sensor.ts";
import type { SensorDefinition } from "./sensor-definition.ts";

/** What a sensor's tick is given. */
export interface SensorTickInput {
  readonly cursor?: string | null;
  readonly lastRunKey?: string | null;
  readonly lastTickAtMs?: number | null;
  readonly lastTickCompletedAtMs?: number | null;
  readonly lastStartedAtMs?: number | null;
  /** Default `test`. */
  readonly locationName?: string;
  /** Run status sensors: the changes to look at, oldest first. */
  readonly statusChanges?: readonly RunStatusChange[];
  /** Run status sensors: after so long, in milliseconds, no further change is begun. Default: there is no such limit. */
  readonly budgetMs?: number;
  /** How long it may take, in milliseconds; run status sensors give up what they are looking at. Default: as long as it likes. */
  readonly timeoutMs?: number;
  /** What the instance knows. Default: nothing. */
  readonly instance?: InstanceBackend;
  /** Values of its resources, by property name. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** The definitions that it belongs to, for sensors that monitor a choice of assets or ask for partitions. */
  readonly definitions?: Definitions | Pick<Repository, "assets">;
  readonly signal?: AbortSignal;
  /** Gets what the function logs, in place of the result's `logs`. */
  readonly log?: Logger;
}

/**
 * Evaluates a sensor once: calls the user's function and collects what it returns or yields, and the cursor it leaves. What the
 * function throws is thrown; its new cursor is then lost, as it should be. A run status sensor's function is called for each of the changes, and
 * what it throws is told with the change, in `reactions`.
 *
 * @throws InvalidEvaluationError when it answers with something else than run requests and skip reasons, or names a job it does not serve
 */
export async function evaluateSensor(definition: SensorDefinition, input: SensorTickInput = {}): Promise<EvaluationResult> {
  const { cursor = null, lastRunKey = null, instance: backend = new InMemoryInstance(), signal = neverAborted } = input;
  const owner = `sensor "${definition.name}"`;
  const { log, lines } = collectingLogger();
  const shared = {
    sensorName: definition.name,
    locationName: input.locationName ?? "test",
    repositoryName,
    resources: input.resources ?? {},
    instance: instanceAccess(backend),
    log: input.log ?? log,
    signal,
  };
  if (definition.monitoredRuns !== null) {
    const times = { budgetMs: input.budgetMs ?? Infinity, timeoutMs: input.timeoutMs ?? Infinity };
    return { ...(await evaluateRunStatusSensor(definition, input.statusChanges ?? [], shared, times)), logs: lines };
  }
  let current = cursor;
  let isUpdated = false;
  const context: SensorContext = {
    ...shared,
    get cursor() {
      return current;
    },
    updateCursor(next) {
      if (next !== null && typeof next !== "string")
        throw new InvalidEvaluationError(owner, `gave updateCursor ${typeof next}; a cursor is text or null`);
      current = next;
      isUpdated = true;
    },
    lastRunKey,
    lastTickAt: toDate(input.lastTickAtMs),
    lastTickCompletionTime: toDate(input.lastTickCompletedAtMs),
    lastSensorStartTime: toDate(input.lastStartedAtMs),
  };
  const answers = await call(definition, context, input, backend);
  const told = answeredCursor(answers);
  if (told !== undefined && isUpdated)
    throw new InvalidEvaluationError(owner, "left a cursor with `updateCursor` and another one in its sensorResult(…); keep one");
  const next = isUpdated ? current : told;
  return {
    ...toAnswer({ owner, jobNames: definition.jobNames }, answers),
    ...(next !== undefined && { cursor: next }),
    logs: lines,
  };
}

function call(
  definition: SensorDefinition,
  context: SensorContext,
  { definitions }: SensorTickInput,
  backend: InstanceBackend,
): Promise<readonly SensorAnswer[]> {
  switch (definition.sensorType) {
    case "ASSET":
      return evaluateAssetSensor(definition, context);
    case "MULTI_ASSET":
      return evaluateMultiAssetSensor(definition, context, { assets: assetsOf(definitions), backend });
    default: {
      const evaluate = definition.evaluate as (context: SensorContext) => unknown;
      return listAnswers(`sensor "${definition.name}"`, evaluate(context), context.signal);
    }
  }
}

const neverAborted = new AbortController().signal;
const toDate = (ms: number | null | undefined): Date | null => (ms === null || ms === undefined ? null : new Date(ms));

/** The assets of definitions, by the text of their keys. */
export function assetsOf(definitions: SensorTickInput["definitions"]): Repository["assets"] {
  if (definitions === undefined) return new Map();
  return (definitions.assets instanceof Map ? definitions : buildRepository(definitions)).assets as Repository["assets"];
}
