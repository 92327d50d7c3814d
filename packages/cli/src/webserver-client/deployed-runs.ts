import { type AssetKey, type JsonObject, runId, type RunId, type RunStatus } from "@dagwright/model";
import { RefusedError } from "../errors.ts";
import { isoOrNull, type QueueReport, type RunDetailsReport, type RunReport } from "../runs/run-report.ts";
import type { RunSource } from "../runs/run-source.ts";
import { type LogMessage, logMessageFields, toProgressEntry } from "./log-message.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** The runs of a deployment, as its webserver tells them. */
export function deployedRuns(client: WebserverClient): RunSource {
  return {
    ids: {
      async list({ createdAfterMs, createdBeforeMs, cursor, limit }) {
        const filter = {
          ...(createdAfterMs !== undefined && { createdAfter: createdAfterMs / 1000 }),
          ...(createdBeforeMs !== undefined && { createdBefore: createdBeforeMs / 1000 }),
        };
        const { runIdsOrError: answer } = await client.query<{ runIdsOrError: Results<string> }>(idsQuery, {
          filter,
          cursor,
          limit,
        });
        return resultsOf(answer).map(runId);
      },
    },
    nowMs: () => Promise.resolve(Date.now()),
    async list({ statuses, job, tags, limit, cursor }) {
      const filter = {
        ...(statuses.length > 0 && { statuses }),
        ...(job !== undefined && { pipelineName: job }),
        ...(tags.length > 0 && { tags }),
      };
      const { runsOrError: answer } = await client.query<{ runsOrError: Results<RunAnswer> }>(listQuery, {
        filter,
        cursor,
        limit,
      });
      return resultsOf(answer).map(toReport);
    },
    async details(id) {
      const { runOrError: run } = await client.query<{ runOrError: Partial<DetailsAnswer> & { readonly message?: string } }>(
        detailsQuery,
        { id },
      );
      if (run.message !== undefined) throw new RefusedError(run.message);
      return toDetails(run as DetailsAnswer);
    },
    async *log(id: RunId) {
      for (let cursor: string | null = null; ;) {
        const { logsForRun: page }: { readonly logsForRun: LogAnswer } = await client.query(logQuery, { id, cursor });
        if (page.message !== undefined) throw new RefusedError(page.message);
        yield* page.events.map(toProgressEntry);
        if (!page.hasMore) return;
        ({ cursor } = page);
      }
    },
  };
}

function resultsOf<Item>(answer: Results<Item>): readonly Item[] {
  if (answer.results === undefined) throw new RefusedError(answer.message ?? "The webserver does not tell its runs.");
  return answer.results;
}

const toReport = (run: RunAnswer): RunReport => ({
  id: run.runId,
  status: run.status,
  location: run.repositoryOrigin?.repositoryLocationName ?? "",
  job: run.jobName,
  assets: run.assetSelection?.map(({ path }) => path) ?? null,
  tags: Object.fromEntries(run.tags.map(({ key, value }) => [key, value])),
  createdAt: new Date(run.creationTime * 1000).toISOString(),
  startedAt: fromSeconds(run.startTime),
  endedAt: fromSeconds(run.endTime),
  parentRunId: run.parentRunId,
  rootRunId: run.rootRunId,
  queue: run.queueStatus,
});

const toDetails = (run: DetailsAnswer): RunDetailsReport => ({
  ...toReport(run),
  runConfig: run.runConfig,
  steps: run.stepStats.map(({ stepKey, status, startTime, endTime, attempts }) => ({
    key: stepKey,
    status: status ?? "IN_PROGRESS",
    startedAt: fromSeconds(startTime),
    endedAt: fromSeconds(endTime),
    attempts: attempts.length,
  })),
});

const fromSeconds = (seconds: number | null): string | null => isoOrNull(seconds === null ? null : seconds * 1000);

const runFields = `
  runId status jobName repositoryOrigin { repositoryLocationName } assetSelection { path } tags { key value }
  creationTime startTime endTime parentRunId rootRunId queueStatus { priority ahead reasons { message runIds } }`;

const idsQuery = `query ($filter: RunsFilter, $cursor: String, $limit: Int) {
  runIdsOrError(filter: $filter, cursor: $cursor, limit: $limit) { __typename ... on RunIds { results } ... on Error { message } }
}`;
const listQuery = `query ($filter: RunsFilter, $cursor: String, $limit: Int) {
  runsOrError(filter: $filter, cursor: $cursor, limit: $limit) {
    __typename ... on Runs { results { ${runFields} } } ... on Error { message }
  }
}`;
const detailsQuery = `query ($id: ID!) {
  runOrError(runId: $id) {
    __typename
    ... on Run { ${runFields} runConfig stepStats { stepKey status startTime endTime attempts { startTime } } }
    ... on Error { message }
  }
}`;
const logQuery = `query ($id: ID!, $cursor: String) {
  logsForRun(runId: $id, afterCursor: $cursor, limit: 1000) {
    __typename
    ... on EventConnection { cursor hasMore events { ${logMessageFields} } }
    ... on Error { message }
  }
}`;

interface Results<Item> {
  readonly results?: readonly Item[];
  readonly message?: string;
}
interface RunAnswer {
  readonly runId: string;
  readonly status: RunStatus;
  readonly jobName: string;
  readonly repositoryOrigin: { readonly repositoryLocationName: string } | null;
  readonly assetSelection: readonly { readonly path: AssetKey }[] | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly creationTime: number;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly parentRunId: string | null;
  readonly rootRunId: string | null;
  readonly queueStatus: QueueReport | null;
}
interface DetailsAnswer extends RunAnswer {
  readonly runConfig: JsonObject;
  readonly stepStats: readonly {
    readonly stepKey: string;
    readonly status: "IN_PROGRESS" | "SUCCESS" | "FAILURE" | "SKIPPED" | null;
    readonly startTime: number | null;
    readonly endTime: number | null;
    readonly attempts: readonly unknown[];
  }[];
}
interface LogAnswer {
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly events: readonly LogMessage[];
  /** Of an error. */
  readonly message?: string;
}
