import { repositoryName } from "@dagwright/model";
import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** A schedule or sensor of a deployment. */
export interface SwitchTarget {
  readonly kind: "schedule" | "sensor";
  readonly id: string;
  readonly location: string;
  readonly name: string;
}

/** Switches a schedule or sensor on or off. @throws RefusedError */
export async function switchInstigator(client: WebserverClient, target: SwitchTarget, on: boolean): Promise<void> {
  const { kind, id } = target;
  const mutation = on ? startMutations[kind] : stopMutations[kind];
  await mutate(client, mutation, on ? { selector: selectorOf(target) } : { id });
}

/** Sets a sensor's cursor; null clears it. @throws RefusedError */
export async function setSensorCursor(client: WebserverClient, target: SwitchTarget, cursor: string | null): Promise<void> {
  const mutation = `mutation ($selector: SensorSelector!, $cursor: String) {
    done: setSensorCursor(sensorSelector: $selector, cursor: $cursor) { __typename ... on Error { message } }
  }`;
  await mutate(client, mutation, { selector: selectorOf(target), cursor });
}

/** When a schedule's next ticks are due, in milliseconds. @throws RefusedError */
export async function futureTicks(client: WebserverClient, target: SwitchTarget, count: number): Promise<readonly number[]> {
  const { scheduleOrError: answer } = await client.query<{
    scheduleOrError: {
      readonly message?: string;
      readonly futureTicks?: { readonly results: readonly { readonly timestamp: number }[] };
    };
  }>(
    `query ($selector: ScheduleSelector!, $count: Int) {
      scheduleOrError(scheduleSelector: $selector) {
        __typename ... on Schedule { futureTicks(limit: $count) { results { timestamp } } } ... on Error { message }
      }
    }`,
    { selector: selectorOf(target), count },
  );
  if (answer.futureTicks === undefined) throw new RefusedError(answer.message ?? `There is no schedule "${target.name}".`);
  return answer.futureTicks.results.map(({ timestamp }) => timestamp * 1000);
}

const startMutations = {
  schedule:
    "mutation ($selector: ScheduleSelector!) { done: startSchedule(scheduleSelector: $selector) { __typename ... on Error { message } } }",
  sensor:
    "mutation ($selector: SensorSelector!) { done: startSensor(sensorSelector: $selector) { __typename ... on Error { message } } }",
} as const;

const stopMutations = {
  schedule: "mutation ($id: String!) { done: stopRunningSchedule(id: $id) { __typename ... on Error { message } } }",
  sensor: "mutation ($id: String!) { done: stopSensor(id: $id) { __typename ... on Error { message } } }",
} as const;

const selectorOf = ({ kind, location, name }: SwitchTarget): Readonly<Record<string, string>> => ({
  repositoryLocationName: location,
  repositoryName,
  [kind === "schedule" ? "scheduleName" : "sensorName"]: name,
});

async function mutate(client: WebserverClient, mutation: string, variables: Readonly<Record<string, unknown>>): Promise<void> {
  const { done } = await client.query<{ done: { readonly message?: string } }>(mutation, variables);
  if (done.message !== undefined) throw new RefusedError(done.message);
}
