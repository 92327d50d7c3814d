import { type EvaluationResult, type RunReaction, type RunStatusChange, serializeError } from "@dagwright/model";
import { InvalidOptionError } from "../errors.ts";
import type { RunFailureSensorContext, RunStatusSensorContext } from "./run-status-sensor.ts";
import { listAnswers, refuseCursor, toAnswer } from "./sensor-answers.ts";
import type { SensorDefinition } from "./sensor-definition.ts";

/** What all changes of one evaluation share. */
export type SharedRunStatusContext = Pick<
  RunStatusSensorContext,
  "sensorName" | "locationName" | "repositoryName" | "resources" | "instance" | "log" | "signal"
>;

/** How long an evaluation may go on, in milliseconds from now. */
export interface RunStatusTimes {
  /** No change is begun after that. */
  readonly budgetMs: number;
  /** The change that is being looked at then is given up. */
  readonly timeoutMs: number;
}

/** Time left for the way back of what has been found out by the deadline. */
const answerMarginMs = 500;

/**
 * Calls a run status sensor's function for one change after the other. What it throws for one is kept with it and keeps none of the others from
 * being looked at. Changes for which the time did not suffice are left out of the answer.
 */
export async function evaluateRunStatusSensor(
  definition: SensorDefinition,
  changes: readonly RunStatusChange[],
  shared: SharedRunStatusContext,
  { budgetMs, timeoutMs }: RunStatusTimes,
): Promise<Pick<EvaluationResult, "runRequests" | "skipReason" | "reactions">> {
  const startedAt = performance.now();
  const reactions: RunReaction[] = [];
  for (const change of changes) {
    const passedMs = performance.now() - startedAt;
    if (reactions.length > 0 && passedMs >= budgetMs) break;
    shared.signal.throwIfAborted();
    reactions.push(await react(definition, change, shared, Math.max(1, timeoutMs - answerMarginMs - passedMs)));
  }
  return { runRequests: [], skipReason: null, reactions };
}

async function react(
  definition: SensorDefinition,
  change: RunStatusChange,
  shared: SharedRunStatusContext,
  leftMs: number,
): Promise<RunReaction> {
  const owner = `sensor "${definition.name}"`;
  const deadline = new AbortController();
  const signal = AbortSignal.any([shared.signal, deadline.signal]);
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      const error = new RunStatusSensorTimeoutError(owner, change.run.id);
      deadline.abort(error);
      reject(error);
    },
    Math.min(leftMs, longestTimerMs),
  );
  // Nobody may be waiting for it when the call itself is given up.
  givenUp.catch(() => undefined);
  try {
    const call = async (): Promise<RunReaction> => {
      const answered = (definition.evaluate as (context: RunStatusSensorContext) => unknown)(
        runStatusSensorContext(change, { ...shared, signal }),
      );
      const answers = await listAnswers(owner, answered, signal);
      refuseCursor(owner, answers);
      return { ...toAnswer({ owner, jobNames: definition.jobNames }, answers), error: null };
    };
    return await Promise.race([call(), givenUp]);
  } catch (error) {
    shared.signal.throwIfAborted();
    return { runRequests: [], skipReason: null, error: serializeError(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Node fires at once when asked to wait longer. */
const longestTimerMs = 2 ** 31 - 1;

/** What the function knows of one change. */
export function runStatusSensorContext(change: RunStatusChange, shared: SharedRunStatusContext): RunStatusSensorContext {
  const { run, event, stepFailures } = change;
  const context = {
    ...shared,
    run,
    event,
    partitionKey: run.partition,
    forRunFailure(): RunFailureSensorContext {
      if (event.type !== "RUN_FAILURE")
        throw new InvalidOptionError(
          `sensor "${shared.sensorName}"`,
          `forRunFailure() was asked of a run that did not fail: its event is ${event.type}`,
          null,
        );
      return Object.freeze({ ...context, failureEvent: event, stepFailureEvents: stepFailures });
    },
  };
  return Object.freeze(context);
}

/** The function of a run status sensor did not come to an end for one of the runs. */
class RunStatusSensorTimeoutError extends Error {
  override readonly name = "RunStatusSensorTimeoutError";

  constructor(owner: string, run: string) {
    super(
      `${owner} had not ended for run ${run} when the evaluation's time was over; give it more with \`timeoutSeconds\`, and pass \`context.signal\` on`,
    );
  }
}
