import {
  type Environment,
  evaluateCustomCondition,
  evaluatePartitionedConfig,
  evaluateSensor,
  InMemoryInstance,
  type Repository,
  toLocationSnapshot,
  validateRunConfig,
} from "@dagwright/definitions";
import { describeFailure, loadRepository } from "@dagwright/execution";
import { planExecution } from "@dagwright/graph";
import {
  type CustomConditionAnswerData,
  type CustomConditionRequest,
  type EvaluationResult,
  type InstanceBackend,
  type JsonObject,
  sharePartitions,
} from "@dagwright/model";
import { DefinitionNotFoundError, NotLoadedError } from "../errors.ts";
import type { ErrorLocation } from "../generation/error-location.ts";
import { locateInGeneration } from "../generation/locate-in-generation.ts";
import { type GenerationRef, workerProtocolVersion } from "../protocol.ts";
import { shrinkHeap } from "../process/shrink-heap.ts";
import { collectRequests } from "./collect-requests.ts";
import { withAssumedMaterializations } from "./assumed-materializations.ts";
import { collectedLogger } from "./collected-logger.ts";
import type { EvaluatorHandlers } from "./evaluator-server.ts";
import { requestedConfigs } from "./requested-configs.ts";
import { openTickResources } from "./tick-resources.ts";

/** When the snapshot has long been sent, and importing's memory can go. */
const settledMs = 1_000;

/** One generation's definitions and what a host may ask of them. */
export interface Evaluator {
  readonly handlers: EvaluatorHandlers;
  readonly locate: (error: unknown) => ErrorLocation | null;
}

export interface EvaluatorOptions {
  readonly environment: Environment;
  readonly instance: InstanceBackend;
  /** False: whoever asks it is told that there is none, and a simulation begins with nothing. Default true. */
  readonly hasInstance?: boolean;
}

/**
 * @param options.environment - where `{env: NAME}` in presets of resources is looked up
 * @param options.instance - answers what user code asks of its instance
 */
export function createEvaluator({ environment, instance, hasInstance = true }: EvaluatorOptions): Evaluator {
  let generation: GenerationRef | null = null;
  let locationName = "";
  let repository: Repository | null = null;

  const loaded = (): Repository => {
    if (repository === null) throw new NotLoadedError();
    return repository;
  };
  const find = <T>(
    what: "job" | "schedule" | "sensor" | "automation condition",
    all: ReadonlyMap<string, T>,
    name: string,
  ): T => {
    const found = all.get(name);
    if (found === undefined) throw new DefinitionNotFoundError(what, name, all.keys());
    return found;
  };

  const handlers: EvaluatorHandlers = {
    async load(params) {
      generation = params.generation;
      ({ locationName } = params);
      repository = await loadRepository(params.generation);
      const snapshot = toLocationSnapshot(repository);
      setTimeout(shrinkHeap, settledMs).unref();
      const sent = params.acceptsShared ? sharePartitions(snapshot) : snapshot;
      const versions = { protocolVersion: workerProtocolVersion, sdkVersion: snapshot.sdkVersion };
      return params.acceptsText === true ? { ...versions, snapshotText: JSON.stringify(sent) } : { ...versions, snapshot: sent };
    },

    validateRunConfig({ jobName, runConfig, part }) {
      find("job", loaded().jobs, jobName);
      const checked = validateRunConfig(loaded(), jobName, runConfig, part === undefined ? {} : { part });
      if (checked.ok) return { ok: true, runConfig: (runConfig ?? {}) as JsonObject };
      return {
        ok: false,
        errors: checked.errors.map((error) => ({ ...error, path: error.path.map(String) })),
      };
    },

    executionPlan({ jobName, selection }) {
      return planExecution(find("job", loaded().jobs, jobName).snapshot, selection);
    },

    async partitionConfig({ jobName, partitionKey }) {
      const { partitionedConfig } = find("job", loaded().jobs, jobName);
      if (partitionedConfig === null) return { runConfig: {}, tags: {} };
      return evaluatePartitionedConfig(jobName, partitionedConfig, partitionKey);
    },

    async evaluateSchedule({ name, context: { scheduledAtMs } }, signal) {
      const schedule = find("schedule", loaded().schedules, name);
      const { log, lines } = collectedLogger();
      await using resources = await openTickResources(loaded(), schedule.resources, { log, environment, signal });
      const { runRequests, ...result } = await evaluate(
        `schedule "${name}"`,
        () => schedule.evaluate({ scheduledAt: new Date(scheduledAtMs), log, resources: resources.values, signal }),
        signal,
        lines,
      );
      const tagged = runRequests.map((request) => ({ ...request, tags: { ...schedule.tags, ...request.tags } }));
      return { ...result, runRequests: tagged, configs: await requestedConfigs(loaded(), tagged, [schedule.jobName]) };
    },

    async evaluateSensor({ name, context }, signal) {
      if (context.conditions !== undefined) {
        const { customConditions } = loaded();
        const ask = async (request: CustomConditionRequest): Promise<CustomConditionAnswerData> => {
          try {
            const condition = find("automation condition", customConditions, request.name);
            return await evaluateCustomCondition(condition, { ...request, signal });
          } catch (error) {
            // Nobody waits any more for any of them.
            signal.throwIfAborted();
            return { error: describeFailure(error) };
          }
        };
        const conditions = await Promise.all(context.conditions.map(ask));
        return { runRequests: [], skipReason: null, conditions, logs: [] };
      }
      const sensor = find("sensor", loaded().sensors, name);
      const { log, lines } = collectedLogger();
      await using resources = await openTickResources(loaded(), sensor.resources, { log, environment, signal });
      const result = await evaluateSensor(sensor, {
        ...context,
        locationName,
        instance:
          context.assumedMaterializations === undefined
            ? instance
            : withAssumedMaterializations(hasInstance ? instance : new InMemoryInstance(), context.assumedMaterializations),
        resources: resources.values,
        definitions: loaded(),
        signal,
        log,
      });
      const { jobNames } = sensor;
      const configs = await requestedConfigs(loaded(), result.runRequests, jobNames);
      if (result.reactions === undefined) return { ...result, configs, logs: lines };
      const reactions = await Promise.all(
        result.reactions.map(async (reaction) => ({
          ...reaction,
          configs: await requestedConfigs(loaded(), reaction.runRequests, jobNames),
        })),
      );
      return { ...result, reactions, logs: lines };
    },
  };

  return { handlers, locate: (error) => (generation === null ? null : locateInGeneration(error, generation)) };
}

async function evaluate(
  owner: string,
  call: () => unknown,
  signal: AbortSignal,
  logs: EvaluationResult["logs"],
): Promise<EvaluationResult> {
  return { ...(await collectRequests(owner, call(), signal)), logs };
}
