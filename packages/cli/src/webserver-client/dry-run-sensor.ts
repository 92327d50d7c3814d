import { repositoryName } from "@dagwright/model";
import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** What a tick of a sensor would come to. */
export interface DryRunTick {
  readonly runRequests: readonly {
    readonly jobName: string | null;
    readonly runKey: string | null;
    readonly partition: string | null;
  }[];
  readonly skipReason: string | null;
  readonly cursor: string | null;
  readonly dynamicPartitions: readonly {
    readonly kind: "add" | "delete";
    readonly name: string;
    readonly keys: readonly string[];
  }[];
  /** What its code threw, or why its runs cannot be. */
  readonly error: string | null;
}

interface Evaluation {
  readonly runRequests:
    | readonly {
        readonly jobName: string | null;
        readonly runKey: string | null;
        readonly tags: readonly { readonly key: string; readonly value: string }[];
      }[]
    | null;
  readonly skipReason: string | null;
  readonly cursor: string | null;
  readonly error: { readonly message: string } | null;
  readonly dynamicPartitionsRequests:
    | readonly { readonly type: string; readonly partitionsDefName: string; readonly partitionKeys: readonly string[] | null }[]
    | null;
}

/** Has a webserver evaluate a sensor. @throws RefusedError */
export async function dryRunSensor(
  client: WebserverClient,
  { location, name }: { readonly location: string; readonly name: string },
  cursor: string | null,
): Promise<DryRunTick> {
  const { done } = await client.query<{ done: { readonly message?: string; readonly evaluationResult?: Evaluation | null } }>(
    `mutation ($selector: SensorSelector!, $cursor: String) {
      done: sensorDryRun(selectorData: $selector, cursor: $cursor) {
        __typename ... on Error { message }
        ... on DryRunInstigationTick { evaluationResult {
          runRequests { jobName runKey tags { key value } } skipReason cursor error { message }
          dynamicPartitionsRequests { type partitionsDefName partitionKeys }
        } }
      }
    }`,
    { selector: { repositoryLocationName: location, repositoryName, sensorName: name }, cursor },
  );
  const result = done.evaluationResult;
  if (result === undefined || result === null) throw new RefusedError(done.message ?? `Sensor "${name}" could not be evaluated.`);
  return {
    runRequests: (result.runRequests ?? []).map(({ jobName, runKey, tags }) => ({
      jobName,
      runKey,
      partition: tags.find(({ key }) => key === "dagster/partition")?.value ?? null,
    })),
    skipReason: result.skipReason,
    cursor: result.cursor,
    dynamicPartitions: (result.dynamicPartitionsRequests ?? []).map(({ type, partitionsDefName, partitionKeys }) => ({
      kind: type === "ADD_PARTITIONS" ? ("add" as const) : ("delete" as const),
      name: partitionsDefName,
      keys: partitionKeys ?? [],
    })),
    error: result.error?.message ?? null,
  };
}
