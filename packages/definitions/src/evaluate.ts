import type { EvaluationResult, RunRequest as RunRequestData } from "@dagwright/model";
import { isDefinition } from "./brand.ts";
import { buildRepository } from "./build-repository.ts";
import type { Definitions } from "./definitions.ts";
import { showLogged } from "./direct-context.ts";
import { InvalidEvaluationError } from "./errors.ts";
import type { PartitionedScheduleDefinition } from "./partitions/partitioned-schedule.ts";
import type { RunRequest, SkipReason } from "./run-request.ts";
import type { Evaluated, ScheduleDefinition } from "./schedule.ts";
import { collectingLogger } from "./sensors/collecting-logger.ts";

/** What a schedule's tick is given. */
export interface ScheduleTickInput {
  readonly scheduledAtMs: number;
  /** Values for the resources that the schedule names, by property name. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** What the schedule is part of: a schedule that was built from a partitioned job finds the partitions of the job's assets there. */
  readonly definitions?: Definitions;
  readonly signal?: AbortSignal;
}

/**
 * Evaluates a schedule once: calls the user's function and collects what it returns or yields. What the function throws is thrown.
 *
 * @throws InvalidEvaluationError when it answers with something else than run requests and skip reasons
 */
export async function evaluateSchedule(
  schedule: ScheduleDefinition | PartitionedScheduleDefinition,
  { scheduledAtMs, resources = {}, definitions, signal = neverAborted }: ScheduleTickInput,
): Promise<EvaluationResult> {
  const definition = resolved(schedule, definitions);
  const who = `schedule "${definition.name}"`;
  const missing = Object.keys(definition.resources ?? {}).find((key) => !(key in resources));
  if (missing !== undefined)
    throw new InvalidEvaluationError(who, `needs the resource "${missing}"; give its value in \`resources\``);
  const { log, lines } = collectingLogger();
  const answered = definition.evaluate({ scheduledAt: new Date(scheduledAtMs), log, resources, signal });
  const answers = await collect(who, answered, signal);
  const { runRequests, skipReason } = sort(answers, (request) => ({
    ...toData(request, who, [definition.jobName]),
    tags: { ...definition.tags, ...request.tags },
  }));
  return { runRequests, skipReason, logs: lines };
}

/** @throws InvalidEvaluationError for a schedule whose rhythm nobody can tell without its definitions */
function resolved(
  schedule: ScheduleDefinition | PartitionedScheduleDefinition,
  definitions: Definitions | undefined,
): ScheduleDefinition {
  if (isDefinition(schedule, "schedule")) return schedule as ScheduleDefinition;
  const { name } = schedule;
  const found = definitions === undefined ? undefined : buildRepository(definitions).schedules.get(name);
  if (found !== undefined) return found;
  throw new InvalidEvaluationError(
    `schedule "${name}"`,
    `was built from a partitioned job, and its partitions are known once all definitions are; give the \`definitions\` that it is part of`,
  );
}

const neverAborted = new AbortController().signal;

type Answer = RunRequest | SkipReason;

async function collect(who: string, answered: Evaluated, signal: AbortSignal): Promise<readonly Answer[]> {
  const value: unknown = await answered;
  if (value === undefined || value === null) return [];
  if (isAnswer(value)) return [value];
  if (typeof value !== "object" || !(Symbol.iterator in value || Symbol.asyncIterator in value)) {
    throw new InvalidEvaluationError(
      who,
      `answered with ${showLogged(value)}; it may return or yield runRequest(…) and skipReason(…)`,
    );
  }
  const answers: Answer[] = [];
  for await (const one of value as AsyncIterable<unknown>) {
    signal.throwIfAborted();
    if (!isAnswer(one))
      throw new InvalidEvaluationError(who, `yielded ${showLogged(one)}; it may yield runRequest(…) and skipReason(…)`);
    answers.push(one);
  }
  return answers;
}

const isAnswer = (value: unknown): value is Answer => isDefinition(value, "runRequest") || isDefinition(value, "skipReason");

function sort(
  answers: readonly Answer[],
  toRequest: (request: RunRequest) => RunRequestData,
): { readonly runRequests: readonly RunRequestData[]; readonly skipReason: string | null } {
  const runRequests = answers.filter((one) => isDefinition(one, "runRequest")).map((one) => toRequest(one as RunRequest));
  const reasons = answers.filter((one) => isDefinition(one, "skipReason")).map((one) => (one as SkipReason).message);
  return { runRequests, skipReason: reasons.length === 0 ? null : reasons.join("; ") };
}

/** The request as plain data; a request without a job is for the only one there is. */
function toData(
  { runKey, jobName, runConfig, tags, partition, assetKeys }: RunRequest,
  who: string,
  jobs: readonly string[],
): RunRequestData {
  const job = jobName ?? (jobs.length === 1 ? jobs[0]! : null);
  if (job === null)
    throw new InvalidEvaluationError(who, `asked for a run without saying of which job; it serves ${jobs.join(", ")}`);
  if (!jobs.includes(job))
    throw new InvalidEvaluationError(
      who,
      `asked for a run of the job "${job}", which it does not serve; it serves ${jobs.join(", ")}`,
    );
  return { runKey, jobName: job, runConfig, tags, partition, assetKeys };
}
