import type { ScheduleSnapshot, SensorSnapshot } from "@dagwright/model";
import type { DeploymentToSimulate } from "./open-simulation.ts";

/** What takes part in a simulation, and what does not. */
export interface Simulated {
  readonly schedules: readonly ScheduleSnapshot[];
  readonly sensors: readonly SensorSnapshot[];
  readonly leftOut: readonly SensorSnapshot[];
  /** Automation condition sensors. */
  readonly automation: readonly SensorSnapshot[];
  /** Conditions that are functions. */
  readonly customs: ReadonlySet<string>;
  /** Names of dynamic partitions. */
  readonly dynamicPartitions: readonly string[];
  readonly hasInstance: boolean;
  /** Runs that were there at the beginning; null: they are left out. */
  readonly runsFromBefore: { readonly taken: number; readonly leftOut: number } | null;
}

type Options = Pick<DeploymentToSimulate, "limits" | "retries" | "runMs" | "failures" | "sensorChance" | "callsFunctions">;

/** What a simulation takes for granted, in sentences, so that nobody takes its answer for more than it is. */
export function assumptionsOf(simulated: Simulated, options: Options): readonly string[] {
  return [
    runs(options),
    ...functions(simulated, options),
    ...sensors(simulated, options),
    ...automation(simulated, options),
    ...(simulated.dynamicPartitions.length === 0
      ? []
      : [
          `Dynamic partitions (${simulated.dynamicPartitions.join(", ")}) are those that there are now, but for what sensors change that are called.`,
        ]),
    ...fromBefore(simulated),
    "Left out: runs that people and backfills have still to ask for, runs that are being canceled, retries of single ops, and how long code locations take to answer.",
  ];
}

function runs({ limits, retries, runMs: [shortest, longest], failures }: Options): string {
  const span = shortest === longest ? seconds(shortest) : `${seconds(shortest)} to ${seconds(longest)}`;
  const ends = failures === 0 ? "all succeed" : `${percent(failures)} of them fail`;
  const most =
    limits.maxConcurrentRuns === null
      ? "any number at once"
      : `at most ${limits.maxConcurrentRuns} at once, as dagster.yaml says`;
  const again =
    retries?.enabled === true
      ? "Failed runs are tried again, each as a whole, as run_retries and their tags say."
      : "No failed run is tried again, since run_retries of dagster.yaml is off.";
  return `Runs take ${span} and ${ends}; ${most}.${failures === 0 ? "" : ` ${again}`}`;
}

function fromBefore({ hasInstance, runsFromBefore }: Simulated): readonly string[] {
  if (runsFromBefore === null)
    return hasInstance ? ["Runs that are under way or queued now are left out, since the simulation does not begin now."] : [];
  const { taken, leftOut } = runsFromBefore;
  return [
    ...(taken === 0
      ? []
      : [
          `${taken} ${taken === 1 ? "run that is" : "runs that are"} under way or queued now: each takes as long as any other, from when it began.`,
        ]),
    ...(leftOut === 0
      ? []
      : [
          `${leftOut} more of them ${leftOut === 1 ? "is" : "are"} left out: of code that is not simulated here, of jobs that are other ones by now, or beyond the 20,000th.`,
        ]),
  ];
}

function functions({ schedules, sensors: taking }: Simulated, { callsFunctions }: Options): readonly string[] {
  const withFunction = schedules.filter(({ request }) => request === undefined);
  if (!callsFunctions)
    return withFunction.length === 0
      ? []
      : [
          `Functions of schedules are not called (${names(withFunction)}): each of their ticks counts as one run, of a job without partitions. --evaluate calls them.`,
        ];
  if (withFunction.length + taking.length === 0) return [];
  return [
    `Functions were called (${names([...withFunction, ...taking])}): they saw the world as it is now, not as it will be, and what they did to it is done. One that did not come to its end was not called again. Nothing that they asked for was written to the instance.`,
    ...(taking.length === 0
      ? []
      : ["A sensor that had nothing to say and kept its cursor was asked again an hour later, not at its interval."]),
  ];
}

function sensors({ sensors: taking, leftOut }: Simulated, { sensorChance, callsFunctions }: Options): readonly string[] {
  const byChance = callsFunctions ? [] : taking;
  return [
    ...(byChance.length === 0
      ? []
      : [`Sensors start a run with a chance of ${percent(sensorChance ?? 0)} whenever they are evaluated: ${names(byChance)}.`]),
    ...(leftOut.length === 0
      ? []
      : [
          `Sensors are left out (${names(leftOut)}): what they ask for only their functions know. --evaluate calls them; --sensors gives each evaluation a chance.`,
        ]),
  ];
}

function automation({ automation: taking, customs, hasInstance }: Simulated, { callsFunctions }: Options): readonly string[] {
  if (taking.length === 0) return [];
  return [
    hasInstance
      ? "Assets stand where the instance has them now; checks that run pass, and each materialization brings a new data version."
      : "There is no instance here, so nothing was ever made; checks that run pass, and each materialization brings a new data version.",
    ...(customs.size === 0 || callsFunctions
      ? []
      : [`Conditions that are functions say no (${[...customs].join(", ")}). --evaluate calls them.`]),
  ];
}

const percent = (chance: number): string => `${Number((chance * 100).toPrecision(3))} %`;
const seconds = (ms: number): string => (ms % 60_000 === 0 && ms > 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`);

/** Some of them, and how many more. */
function names(list: readonly { readonly name: string }[]): string {
  const most = 5;
  const shown = list.slice(0, most).map(({ name }) => name);
  return list.length <= most ? shown.join(", ") : `${shown.join(", ")} and ${list.length - most} more`;
}
