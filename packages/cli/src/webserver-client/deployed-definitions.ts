import { isHiddenJob, type AssetKey } from "@dagwright/model";
import type { AssetReport, JobReport, ScheduleReport, SensorReport } from "../projects/definition-reports.ts";
import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** The jobs of a deployment's loaded code locations. @throws RefusedError */
export async function deployedJobs(client: WebserverClient, onBroken: OnBroken): Promise<readonly JobReport[]> {
  const repositories = await ask<{ jobs: readonly { name: string; description: string | null; tags: readonly Tag[] }[] }>(
    client,
    onBroken,
    "jobs { name description tags { key value } }",
  );
  return repositories.flatMap(({ location, jobs }) =>
    jobs
      .filter(({ name }) => !isHiddenJob(name))
      .map(({ name, description, tags }) => ({
        location: location.name,
        name,
        description: description ?? null,
        tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      })),
  );
}

/** The assets of a deployment's loaded code locations. @throws RefusedError */
export async function deployedAssets(client: WebserverClient, onBroken: OnBroken): Promise<readonly AssetReport[]> {
  const repositories = await ask<{ assetNodes: readonly AssetAnswer[] }>(
    client,
    onBroken,
    `assetNodes {
      assetKey { path } groupName kinds tags { key value } description dependencyKeys { path } isExecutable isMaterializable jobNames
      owners { ... on UserAssetOwner { email } ... on TeamAssetOwner { team } }
    }`,
  );
  return repositories.flatMap(({ location, assetNodes }) =>
    assetNodes.map((asset) => ({
      location: location.name,
      key: asset.assetKey.path,
      group: asset.groupName,
      kinds: asset.kinds,
      tags: Object.fromEntries(asset.tags.map(({ key, value }) => [key, value])),
      owners: asset.owners.map(({ email, team }) => email ?? `team:${team}`),
      description: asset.description,
      dependencies: asset.dependencyKeys.map(({ path }) => path),
      isExecutable: asset.isExecutable,
      isExternal: !asset.isMaterializable,
      jobs: asset.jobNames.filter((name) => !isHiddenJob(name)),
    })),
  );
}

/** A schedule or sensor of a deployment, with the id that stops it. */
export type Deployed<Report> = Report & { readonly id: string };

/** @throws RefusedError */
export async function deployedSchedules(
  client: WebserverClient,
  onBroken: OnBroken,
): Promise<readonly Deployed<ScheduleReport>[]> {
  const repositories = await ask<{ schedules: readonly ScheduleAnswer[] }>(
    client,
    onBroken,
    "schedules { id name description cronSchedule executionTimezone pipelineName scheduleState { status nextTick { timestamp } } }",
  );
  return repositories.flatMap(({ location, schedules }) =>
    schedules.map(({ id, name, description, cronSchedule, executionTimezone, pipelineName, scheduleState }) => ({
      id,
      location: location.name,
      name,
      description,
      job: pipelineName,
      cron: cronStrings(cronSchedule),
      timeZone: executionTimezone ?? "UTC",
      ...toSwitch(scheduleState),
    })),
  );
}

/** @throws RefusedError */
export async function deployedSensors(client: WebserverClient, onBroken: OnBroken): Promise<readonly Deployed<SensorReport>[]> {
  const repositories = await ask<{ sensors: readonly SensorAnswer[] }>(
    client,
    onBroken,
    `sensors { id name description minIntervalSeconds targets { pipelineName }
       sensorState { status nextTick { timestamp } typeSpecificData { ... on SensorData { lastCursor } } } }`,
  );
  return repositories.flatMap(({ location, sensors }) =>
    sensors.map(({ id, name, description, minIntervalSeconds, targets, sensorState }) => ({
      id,
      location: location.name,
      name,
      description,
      jobs: (targets ?? []).map(({ pipelineName }) => pipelineName),
      minimumIntervalSeconds: minIntervalSeconds,
      cursor: sensorState.typeSpecificData?.lastCursor ?? null,
      ...toSwitch(sensorState),
    })),
  );
}

/** Told about each code location that is not there to be asked, in a sentence. */
export type OnBroken = (message: string) => void;

async function ask<Fields>(
  client: WebserverClient,
  onBroken: OnBroken,
  fields: string,
): Promise<readonly ({ readonly location: { readonly name: string } } & Fields)[]> {
  const { repositoriesOrError: answer, workspaceOrError } = await client.query<{
    repositoriesOrError: {
      readonly nodes?: readonly ({ readonly location: { readonly name: string } } & Fields)[];
      readonly message?: string;
    };
    workspaceOrError: { readonly locationEntries?: readonly LocationAnswer[] };
  }>(`{
    repositoriesOrError { __typename ... on RepositoryConnection { nodes { location { name } ${fields} } } ... on Error { message } }
    workspaceOrError {
      __typename
      ... on Workspace { locationEntries { name loadStatus locationOrLoadError { __typename ... on PythonError { message } } } }
    }
  }`);
  if (answer.nodes === undefined) throw new RefusedError(answer.message ?? "The webserver does not tell what it serves.");
  for (const { name, loadStatus, locationOrLoadError } of workspaceOrError.locationEntries ?? []) {
    if (locationOrLoadError?.message !== undefined)
      onBroken(`code location "${name}" does not load: ${locationOrLoadError.message.trim()}`);
    else if (loadStatus === "LOADING") onBroken(`code location "${name}" is still being loaded`);
  }
  return answer.nodes;
}

const toSwitch = ({ status, nextTick }: StateAnswer): Pick<ScheduleReport, "status" | "nextTickAt"> => ({
  status,
  nextTickAt: nextTick === null ? null : new Date(nextTick.timestamp * 1000).toISOString(),
});

/** Several cron strings come as the text of a list. */
function cronStrings(text: string): readonly string[] {
  if (!text.startsWith("[")) return [text];
  return [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? "");
}

interface LocationAnswer {
  readonly name: string;
  readonly loadStatus: "LOADING" | "LOADED";
  readonly locationOrLoadError: { readonly message?: string } | null;
}
interface Tag {
  readonly key: string;
  readonly value: string;
}
interface AssetAnswer {
  readonly assetKey: { readonly path: AssetKey };
  readonly groupName: string;
  readonly kinds: readonly string[];
  readonly description: string | null;
  readonly dependencyKeys: readonly { readonly path: AssetKey }[];
  readonly isExecutable: boolean;
  readonly isMaterializable: boolean;
  readonly tags: readonly Tag[];
  readonly owners: readonly { readonly email?: string; readonly team?: string }[];
  readonly jobNames: readonly string[];
}
interface StateAnswer {
  readonly status: "RUNNING" | "STOPPED";
  readonly nextTick: { readonly timestamp: number } | null;
}
interface ScheduleAnswer {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly cronSchedule: string;
  readonly executionTimezone: string | null;
  readonly pipelineName: string;
  readonly scheduleState: StateAnswer;
}
interface SensorAnswer {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly minIntervalSeconds: number;
  readonly targets: readonly { readonly pipelineName: string }[] | null;
  readonly sensorState: StateAnswer & { readonly typeSpecificData: { readonly lastCursor?: string | null } | null };
}
