import { findCycle, printAssetSelection, topologicalOrder } from "@dagwright/graph";
import {
  assetJobName,
  type AssetKey,
  assetKeyFromString,
  assetKeyToString,
  assetKeyToUserString,
  nearestWord,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { AnyAsset, AssetDefinition } from "./asset.ts";
import { eachAsset } from "./assets/asset-inputs.ts";
import { assetNodes } from "./assets/asset-nodes.ts";
import { selectable, selectAssets } from "./assets/select-assets.ts";
import type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
import type { AssetCheckDefinition } from "./asset-checks/asset-check.ts";
import { allChecks, collectChecks, selectChecks, type SelectedChecks } from "./asset-checks/collect-checks.ts";
import { withChecks } from "./asset-checks/job-checks.ts";
import type { AnyJob, AssetJobDefinition } from "./asset-job.ts";
import { collectCustomConditions } from "./automation/collect-custom-conditions.ts";
import { brandOf, type DefinitionKind, definitionVersion } from "./brand.ts";
import type { DefinitionSite } from "./definition-site.ts";
import type { Definitions } from "./definitions.ts";
import {
  AssetCycleError,
  CircularImportError,
  DefinitionError,
  DuplicateNameError,
  EmptySelectionError,
  InvalidDefinitionsError,
  InvalidOptionError,
  NotDefinitionsError,
  UnknownAssetError,
  UnknownJobError,
  UnknownResourceError,
} from "./errors.ts";
import { defaultExecutor } from "./executors/executor.ts";
import type { LoggerDefinition } from "./logger.ts";
import { checkNodeNames } from "./node-names.ts";
import type { InputDefinition } from "./op.ts";
import type { Repository, ResolvedJob } from "./repository.ts";
import { resolveJob } from "./resolve-job.ts";
import {
  checkPartitionedConfig,
  checkRead,
  commonPartitions,
  partitionsOfAssets,
  problemOf,
} from "./partitions/check-partitions.ts";
import { type PartitionedScheduleDefinition, resolvePartitionedSchedule } from "./partitions/partitioned-schedule.ts";
import type { ResourceDefinition } from "./resource.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import { validateRunConfig } from "./validate-run-config.ts";

/** What is known of the module whose exports are read. */
export interface BuildRepositoryOptions {
  /** The file that exports the definitions, for messages. */
  readonly file?: string;
  /**
   * Whether another process has built the same before, so that what only the descriptions of jobs can be wrong in need not be looked for.
   * A job is then described when it is asked for, which saves programs that execute one job most of the work for all others. Default false.
   */
  readonly isChecked?: boolean;
}

/**
 * Checks a code location's definitions and resolves every reference between them.
 *
 * Problems are collected: a single one is thrown as it is, several as one `InvalidDefinitionsError` that lists them.
 *
 * @param exported - what the user's module exports, made by `definitions({…})`
 * @throws NotDefinitionsError when it is something else; a DefinitionError for each thing that is wrong in it
 */
export function buildRepository(exported: unknown, { file, isChecked = false }: BuildRepositoryOptions = {}): Repository {
  const given = readDefinitions(exported, file ?? null);
  const problems: DefinitionError[] = [];
  /** Keeps a problem for the end; what depends on the failed part is left out. */
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      problems.push(error);
      return undefined;
    }
  };

  const own =
    attempt(() => readList<AnyAsset | MultiAssetDefinition>(given, "assets", ["asset", "assetSpec", "multiAsset"])) ?? [];
  const checkList = attempt(() => readList<AssetCheckDefinition>(given, "assetChecks", ["assetCheck"])) ?? [];
  const jobDefinitions = attempt(() => readList<AnyJob>(given, "jobs", ["job", "assetJob"])) ?? [];
  const scheduleList =
    attempt(() => readList<Definitions["schedules"][number]>(given, "schedules", ["schedule", "partitionedSchedule"])) ?? [];
  const sensorList = attempt(() => readList<Definitions["sensors"][number]>(given, "sensors", ["sensor"])) ?? [];
  const resourceList = attempt(() => readList<ResourceDefinition>(given, "resources", ["resource"])) ?? [];
  const loggerList = attempt(() => readList<LoggerDefinition>(given, "loggers", ["logger"])) ?? [];
  throwProblems();

  const resources = uniqueBy("resources", resourceList, nameOf, problems);
  const loggers = uniqueBy("loggers", loggerList, nameOf, problems);
  const ownJobs = [...scheduleList, ...sensorList].flatMap((one) => ("ownJob" in one && one.ownJob !== null ? [one.ownJob] : []));
  const namedJobs = uniqueBy("jobs", [...jobDefinitions, ...ownJobs], nameOf, problems);
  // Schedules and sensors share one space of names, because the instance keeps both by name.
  uniqueBy<(typeof scheduleList | typeof sensorList)[number]>(
    "schedules or sensors",
    [...scheduleList, ...sensorList],
    nameOf,
    problems,
  );
  const assets = collectAssets(withTheirMultiAssets(own), checkList, problems);
  const checks = collectChecks(checkList, assets, problems);
  checkNodeNames(namedJobs.values(), assets.values(), checks.values(), problems);
  checkAssetGraph(assets, problems);
  const customConditions = collectCustomConditions(assets.values(), checks.values(), namedJobs.values(), given.site, problems);
  for (const one of scheduleList) {
    checkJob(`schedule "${one.name}"`, one.jobName, one.site, namedJobs, problems);
    const needed = "resources" in one ? Object.values(one.resources ?? {}) : [];
    for (const { name } of needed)
      if (!resources.has(name)) problems.push(new UnknownResourceError(`Schedule "${one.name}"`, name, one.site));
  }
  for (const one of sensorList) {
    // The job of all assets is there whenever there are some.
    for (const job of one.jobNames.filter((name) => name !== assetJobName))
      checkJob(`sensor "${one.name}"`, job, one.site, namedJobs, problems);
    for (const name of one.automation?.jobs ?? []) {
      const job = namedJobs.get(name);
      if (job === undefined) checkJob(`sensor "${one.name}"`, name, one.site, namedJobs, problems);
      else if (!("automationCondition" in job) || job.automationCondition == null) {
        const problem = `the job "${name}" among its \`jobs\` has no \`automationCondition\`; give it one in defineAssetJob(…)`;
        problems.push(new InvalidOptionError(`sensor "${one.name}"`, problem, one.site));
      }
    }
    for (const { name } of Object.values(one.resources))
      if (!resources.has(name)) problems.push(new UnknownResourceError(`Sensor "${one.name}"`, name, one.site));
  }
  throwProblems();

  const executable = inOrder([...assets.values()].filter((one) => isOwn(one)));
  const executor = (given.executor ?? defaultExecutor).snapshot;
  const ioManagerKeyOf = (key: AssetKey): string => assets.get(assetKeyToString(key))!.ioManagerKey;
  const described = (job: ResolvedJob): ResolvedJob => {
    if (!isChecked) void job.snapshot;
    return job;
  };
  const assetJob = (
    head: Parameters<typeof resolveJob>[0]["head"],
    chosen: readonly AssetDefinition[],
    selected: SelectedChecks,
    partitions: Partitions | null,
    ownExecutor = executor,
  ): ResolvedJob => {
    const owner = head.name === assetJobName ? "the job of all assets" : `asset job "${head.name}"`;
    const { nodes, assets: made } = assetNodes({ owner, site: head.site, selected: chosen, ioManagerKeyOf });
    const checked = withChecks({ nodes, assets: made, ...selected, ioManagerKeyOf, site: head.site });
    return described(resolveJob({ head, partitions, ...checked, assets: made, executor: ownExecutor, resources, loggers }));
  };
  const jobs: ResolvedJob[] = [];
  for (const one of namedJobs.values()) {
    const resolved = attempt(() => {
      const ownExecutor = one.executor?.snapshot ?? executor;
      if (isAssetJob(one)) {
        const chosen = selectAssets(one, executable);
        const selected = selectChecks(
          one,
          [...assets.values()].map(selectable),
          new Set(chosen.map(({ key }) => assetKeyToString(key))),
          checks,
        );
        if (chosen.length === 0 && selected.checks.length === 0)
          throw new EmptySelectionError(one.name, printAssetSelection(one.selection.expression), one.site);
        const partitions = partitionsOfAssets(one, one.partitions, chosen);
        checkPartitionedConfig(one, partitions, one.partitionedConfig);
        return assetJob(one, chosen, selected, partitions, ownExecutor);
      }
      const { partitions } = one;
      const { graph } = one;
      const { nodes } = graph;
      return described(
        resolveJob({ head: one, nodes, graph, assets: [], executor: ownExecutor, partitions, resources, loggers }),
      );
    });
    if (resolved) jobs.push(resolved);
  }
  if (executable.length > 0 || checks.size > 0) {
    const head = {
      name: assetJobName,
      description: null,
      tags: {},
      metadata: {},
      owners: [],
      resources: [],
      loggers: [],
      partitionedConfig: null,
      runConfig: null,
      configMapping: null,
      inputValues: {},
      hooks: [],
      opRetryPolicy: null,
      whenRunning: null,
      site: given.site,
    };
    const resolved = attempt(() => assetJob(head, executable, allChecks(checks), commonPartitions(head, executable)));
    if (resolved) jobs.push(resolved);
  }
  throwProblems();
  const schedules = scheduleList.flatMap((one): readonly ScheduleDefinition[] => {
    if (!isPartitionedSchedule(one)) return [one];
    const partitions = jobs.find(({ name }) => name === one.jobName)?.partitions ?? null;
    const resolved = attempt(() => resolvePartitionedSchedule(one, partitions));
    return resolved === undefined ? [] : [resolved];
  });
  throwProblems();

  const sorted = <T extends { readonly name: string }>(list: Iterable<T>): ReadonlyMap<string, T> =>
    new Map([...list].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]));
  const repository: Repository = Object.freeze({
    file: file ?? given.site.file,
    jobs: sorted(jobs),
    assets,
    assetChecks: checks,
    customConditions,
    schedules: sorted(schedules),
    sensors: sorted(sensorList),
    resources: sorted(resources.values()),
    metadata: given.metadata,
    asset(key: AssetKey) {
      const found = assets.get(assetKeyToString(key));
      return found && isOwn(found) ? found : undefined;
    },
  });
  if (!isChecked) for (const one of namedJobs.values()) attempt(() => checkDefaultConfig(one, repository));
  throwProblems();
  return repository;

  function throwProblems(): void {
    // A problem of an op shows in each job that uses it; once is enough.
    const unique = [...new Map(problems.map((problem) => [problem.message, problem])).values()];
    if (unique.length === 1) throw unique[0]!;
    if (unique.length > 1) throw new InvalidDefinitionsError(file ?? given.site.file, unique);
  }
}

/**
 * Finds the definitions among a module's exports: the default export, or else the only export that is some.
 *
 * @throws NotDefinitionsError when there are none or several
 */
export function findDefinitions(exports: Readonly<Record<string, unknown>>, { file }: BuildRepositoryOptions = {}): Definitions {
  // A CommonJS module that was imported has its `exports` as default, and `exports.default` in that.
  const candidates = [
    exports["default"],
    (exports["default"] as { readonly default?: unknown } | undefined)?.default,
    ...new Set(Object.values(exports)),
  ];
  const direct = candidates.slice(0, 2).find((one) => brandOf(one)?.kind === "definitions");
  if (direct) return direct as Definitions;
  const found = [...new Set(candidates)].filter((one) => brandOf(one)?.kind === "definitions");
  const where = file ? `the file ${file}` : "the module";
  if (found.length === 1) return found[0] as Definitions;
  if (found.length > 1)
    throw new NotDefinitionsError(`${where} exports ${found.length} definitions({…}); export one, best as default`);
  const names = Object.keys(exports);
  throw new NotDefinitionsError(
    `${where} exports no definitions: write \`export default definitions({…})\`${names.length === 0 ? "; it exports nothing now" : `; now it exports ${names.slice(0, 8).join(", ")}`}`,
  );
}

function readDefinitions(exported: unknown, file: string | null): Definitions {
  const brand = brandOf(exported);
  const where = file ? `the file ${file}` : "the module";
  if (brand?.kind !== "definitions") {
    throw new NotDefinitionsError(
      `${where} exports ${brand ? `a definition of the kind ${brand.kind}` : exported === null ? "null" : typeof exported} where definitions({…}) is expected`,
    );
  }
  if (brand.version > definitionVersion) {
    throw new NotDefinitionsError(
      `${where} was written with a newer dagwright (definitions of version ${brand.version}; this program knows ${definitionVersion}). Update this program`,
    );
  }
  return exported as Definitions;
}

/** A list of `definitions({…})`, each entry checked for its kind; an object listed twice counts once. */
function readList<T>(
  given: Definitions,
  list: "assets" | "assetChecks" | "jobs" | "schedules" | "sensors" | "resources" | "loggers",
  kinds: readonly DefinitionKind[],
): readonly T[] {
  // Definitions of an older copy of this package have no list of what was new since.
  const entries = (given[list] ?? []) as readonly unknown[];
  for (const [index, entry] of entries.entries()) {
    if (entry === undefined) throw new CircularImportError(`entry ${index} of \`${list}\` in definitions`, given.site);
    const kind = brandOf(entry)?.kind;
    if (kind === undefined || !kinds.includes(kind)) {
      throw new InvalidOptionError(
        "definitions",
        `entry ${index} of \`${list}\` is ${kind === undefined ? `no definition but ${entry === null ? "null" : typeof entry}` : `of the kind ${kind}`}`,
        given.site,
      );
    }
  }
  return [...new Set(entries)] as readonly T[];
}

/** The first of each name, by name; each further one is a problem. */
function uniqueBy<T extends { readonly site: DefinitionSite }>(
  kinds: string,
  list: readonly T[],
  name: (one: T) => string,
  problems: DefinitionError[],
): ReadonlyMap<string, T> {
  const unique = new Map<string, T>();
  for (const one of list) {
    const first = unique.get(name(one));
    if (first) problems.push(new DuplicateNameError(kinds, name(one), first.site, one.site));
    else unique.set(name(one), one);
  }
  return unique;
}

const nameOf = (one: { readonly name: string }): string => one.name;

const isOwn = (one: AnyAsset): one is AssetDefinition => brandOf(one)?.kind === "asset";
const isPartitionedSchedule = (one: ScheduleDefinition | PartitionedScheduleDefinition): one is PartitionedScheduleDefinition =>
  brandOf(one)?.kind === "partitionedSchedule";
const isAssetJob = (one: AnyJob): one is AssetJobDefinition => brandOf(one)?.kind === "assetJob";

/** The location's own assets, and those of other locations that they name, by the text of their keys, sorted. */
function collectAssets(
  listed: readonly AnyAsset[],
  checks: readonly AssetCheckDefinition[],
  problems: DefinitionError[],
): ReadonlyMap<string, AnyAsset> {
  const unique = uniqueBy("assets", listed, (one) => assetKeyToUserString(one.key), problems);
  const own = new Map([...unique.values()].map((one) => [assetKeyToString(one.key), one]));
  const all = new Map(own);
  const referring: Pick<AnyAsset, "references">[] = [...own.values(), ...checks];
  // The list grows while it is walked: an asset of another location may tell what it is made from.
  for (const one of referring) {
    for (const upstream of one.references) {
      const id = assetKeyToString(upstream.key);
      const listedHere = own.get(id);
      if (isOwn(upstream)) continue;
      // A spec may also stand for the asset that is made by it.
      if (listedHere && isOwn(listedHere) && listedHere.spec === upstream) continue;
      if (listedHere && isOwn(listedHere)) {
        problems.push(new DuplicateNameError("assets", assetKeyToUserString(upstream.key), listedHere.site, upstream.site));
      } else if (!all.has(id)) {
        all.set(id, upstream);
        referring.push(upstream);
      }
    }
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The listed assets, and those that are made together with one of them. */
const withTheirMultiAssets = (listed: readonly (AnyAsset | MultiAssetDefinition)[]): readonly AnyAsset[] => [
  ...new Set(eachAsset(listed).flatMap((one) => (isOwn(one) && one.multi !== null ? Object.values(one.multi.assets) : [one]))),
];

const readsOf = (one: AnyAsset): readonly InputDefinition[] => (isOwn(one) ? one.reads : (one.deps ?? []));

function checkAssetGraph(assets: ReadonlyMap<string, AnyAsset>, problems: DefinitionError[]): void {
  const own = [...assets.values()];
  for (const one of own) {
    for (const input of readsOf(one)) {
      const { name, assetKey, isOrderOnly } = input;
      const upstream = assets.get(assetKeyToString(assetKey!));
      if (upstream !== undefined) {
        const problem = isOwn(one) ? problemOf(() => checkRead(one, input, upstream)) : null;
        if (problem !== null) problems.push(problem);
        continue;
      }
      const key = assetKeyToUserString(assetKey!);
      const suggestion = nearestWord(
        key,
        [...assets.values()].filter((known) => known !== one).map((known) => assetKeyToUserString(known.key)),
      );
      problems.push(
        new UnknownAssetError(
          `Asset "${assetKeyToUserString(one.key)}" ${isOrderOnly ? "depends on" : `reads, as "${name}",`} the asset "${key}", which is not in \`definitions({assets})\`. Add it there${suggestion === null ? "" : ` (or did you mean "${suggestion}"?)`}, or name another code location's asset with externalAsset("${key}", schema)`,
          one.site,
        ),
      );
    }
  }
  const cycle = findCycle(dependenciesOf(own));
  if (cycle) {
    const first = assets.get(cycle[0]!)!;
    problems.push(
      new AssetCycleError(
        cycle.map((id) => assetKeyToUserString(assetKeyFromString(id))),
        first.site,
      ),
    );
  }
}

const dependenciesOf = (own: readonly AnyAsset[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    own.map((one) => {
      const id = assetKeyToString(one.key);
      // Which of its own partitions it may read has been looked at; for the order of assets it does not matter.
      return [id, one.dependencies.map(assetKeyToString).filter((dependency) => dependency !== id)];
    }),
  );

/** Each after what it depends on, so that graphs of assets read from top to bottom. */
function inOrder(own: readonly AssetDefinition[]): readonly AssetDefinition[] {
  const byId = new Map(own.map((one) => [assetKeyToString(one.key), one]));
  return topologicalOrder(dependenciesOf(own)).map((id) => byId.get(id)!);
}

/**
 * Looks whether runs that are launched without config could use what their job has for them.
 *
 * @throws InvalidOptionError
 */
function checkDefaultConfig({ name, runConfig, site }: AnyJob, repository: Repository): void {
  if (runConfig === null) return;
  const checked = validateRunConfig(repository, name, runConfig);
  if (checked.ok) return;
  throw new InvalidOptionError(
    `job "${name}"`,
    `its \`config\` does not fit it: ${checked.errors.map(({ message }) => message).join("; ")}`,
    site,
  );
}

function checkJob(
  owner: string,
  job: string,
  site: DefinitionSite,
  known: ReadonlyMap<string, unknown>,
  problems: DefinitionError[],
): void {
  if (!known.has(job)) problems.push(new UnknownJobError(owner, job, nearestWord(job, known.keys()), site));
}
