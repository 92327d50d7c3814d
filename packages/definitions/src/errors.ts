import { DomainError, nearestWord } from "@dagwright/model";
import type { DefinitionSite } from "./definition-site.ts";

/** Something is wrong with what the user declared. The message names the object and, where known, the file. */
export abstract class DefinitionError<Kind extends string = string> extends DomainError<Kind> {
  /** Where the object was declared; null when nobody knows. */
  readonly site: DefinitionSite | null;

  constructor(kind: Kind, message: string, site: DefinitionSite | null = null, options?: ErrorOptions) {
    super(kind, capitalize(site ? `${message} (at ${site.toString()})` : message), options);
    this.site = site;
  }
}

/** A name, key, group, kind or owner that the field's rules do not allow. */
export class InvalidNameError extends DefinitionError<"InvalidNameError"> {
  constructor(message: string, site: DefinitionSite | null = null) {
    super("InvalidNameError", message, site);
  }
}

/** An option has a value that makes no sense. */
export class InvalidOptionError extends DefinitionError<"InvalidOptionError"> {
  constructor(owner: string, problem: string, site: DefinitionSite | null = null) {
    super("InvalidOptionError", `${owner}: ${problem}`, site);
  }
}

/** Two different objects of one kind have the same name in a code location. */
export class DuplicateNameError extends DefinitionError<"DuplicateNameError"> {
  /** @param note - how they came by the name, where that is not what the user wrote */
  constructor(kinds: string, name: string, first: DefinitionSite, second: DefinitionSite, note = "") {
    super(
      "DuplicateNameError",
      `Two ${kinds} are named "${name}": one at ${first.toString()}, one at ${second.toString()}${note}. Rename one of them`,
    );
  }
}

/** Assets that need one another in a circle. */
export class AssetCycleError extends DefinitionError<"AssetCycleError"> {
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[], site: DefinitionSite | null) {
    super(
      "AssetCycleError",
      `These assets need one another in a circle: ${[...cycle, cycle[0]].join(" → ")}. Remove one of these inputs or deps`,
      site,
    );
    this.cycle = cycle;
  }
}

/** An asset that needs itself, or what is made in the same step, and not just earlier partitions. */
export class AssetSelfReadError extends DefinitionError<"AssetSelfReadError"> {
  /** @param other - what is made in the same step; null: the asset itself */
  constructor(asset: string, other: string | null, site: DefinitionSite | null) {
    const problem = other === null ? "needs itself" : `needs other partitions of "${other}", which is made in the same step`;
    super(
      "AssetSelfReadError",
      `Asset "${asset}" ${problem}, so it could never be made. Only partitions of time can read earlier ones of their own asset: give it time partitions, or several dimensions with one of time, and a \`partitionMapping\` whose \`timeWindowMapping\` has a negative \`startOffset\` and a negative \`endOffset\`, with selfIn(…) or assetDep(…). Else remove the dependency`,
      site,
    );
  }
}

/** Blocking checks that wait for what waits for them. */
export class AssetCheckCycleError extends DefinitionError<"AssetCheckCycleError"> {
  constructor(cycle: readonly string[], site: DefinitionSite | null) {
    super(
      "AssetCheckCycleError",
      `A blocking check holds up what it needs itself: ${[...cycle, cycle[0]].join(" → ")}. What is downstream of its asset cannot be among its inputs, deps or checked assets; split it, or make it not blocking`,
      site,
    );
  }
}

/** An asset reads one that this code location does not define. */
export class UnknownAssetError extends DefinitionError<"UnknownAssetError"> {
  constructor(message: string, site: DefinitionSite | null) {
    super("UnknownAssetError", message, site);
  }
}

/** An asset reads another one in a way that their partitions do not allow. */
export class PartitionMappingError extends DefinitionError<"PartitionMappingError"> {
  constructor(downstream: string, upstream: string, problem: string, site: DefinitionSite | null) {
    super("PartitionMappingError", `Asset "${downstream}" cannot read the partitions of asset "${upstream}": ${problem}`, site);
  }
}

/** What belongs together has different partitions. */
export class PartitionsConflictError extends DefinitionError<"PartitionsConflictError"> {
  /** @param groups - names of what has the same partitions */
  constructor(owner: string, groups: readonly (readonly string[])[], site: DefinitionSite | null) {
    const listed = groups.map((names) => {
      const shown = names.slice(0, 5).join(", ");
      return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
    });
    super(
      "PartitionsConflictError",
      `${owner} has several partitions at once, and a run is for partitions of one kind. Different ones have: ${listed.join("; ")}. Make a job of each`,
      site,
    );
  }
}

/** A reference was `undefined` when it was used, which is what a circular import leaves behind. */
export class CircularImportError extends DefinitionError<"CircularImportError"> {
  constructor(what: string, site: DefinitionSite | null, options?: ErrorOptions) {
    super(
      "CircularImportError",
      `${what} is undefined. Most likely two modules import one another, and the other one had not run yet: move what both need into a third module`,
      site,
      options,
    );
  }
}

/** An asset job selects nothing, and would start empty runs. */
export class EmptySelectionError extends DefinitionError<"EmptySelectionError"> {
  constructor(job: string, selection: string, site: DefinitionSite) {
    super("EmptySelectionError", `Asset job "${job}": its selection ${selection} selects no asset of this code location`, site);
  }
}

/** An asset selection names a key that this code location does not have. */
export class UnknownSelectionKeyError extends DefinitionError<"UnknownSelectionKeyError"> {
  constructor(owner: string, key: string, suggestion: string | null, site: DefinitionSite | null) {
    super(
      "UnknownSelectionKeyError",
      `${owner} selects the asset "${key}", which is not in \`definitions\`${didYouMean(suggestion)}`,
      site,
    );
  }
}

/** A schedule or sensor names a job that this code location does not define. */
export class UnknownJobError extends DefinitionError<"UnknownJobError"> {
  constructor(owner: string, job: string, suggestion: string | null, site: DefinitionSite) {
    super(
      "UnknownJobError",
      `${owner} starts the job "${job}", which is not in \`definitions({jobs})\`${didYouMean(suggestion)}`,
      site,
    );
  }
}

/** An op, asset or resource needs a resource that is not bound. */
export class UnknownResourceError extends DefinitionError<"UnknownResourceError"> {
  constructor(owner: string, key: string, site: DefinitionSite | null) {
    super(
      "UnknownResourceError",
      `${owner} needs the resource "${key}", which is neither in \`definitions({resources})\` nor in its job's \`resources\``,
      site,
    );
  }
}

/** Resources that need one another in a circle. */
export class ResourceCycleError extends DefinitionError<"ResourceCycleError"> {
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[], site: DefinitionSite | null) {
    super(
      "ResourceCycleError",
      `These resources need one another in a circle: ${cycle.join(" → ")}. Let one of them do without`,
      site,
    );
    this.cycle = cycle;
  }
}

/** A cron string or time zone that nobody understands. */
export class InvalidScheduleError extends DefinitionError<"InvalidScheduleError"> {
  constructor(name: string, problem: string, site: DefinitionSite, options?: ErrorOptions) {
    super("InvalidScheduleError", `Schedule "${name}": ${problem}`, site, options);
  }
}

/** A schedule's or sensor's function answered with something that means nothing. */
export class InvalidEvaluationError extends DomainError<"InvalidEvaluationError"> {
  constructor(who: string, problem: string) {
    super("InvalidEvaluationError", `${capitalize(who)} ${problem}`);
  }
}

/** The function of an automation condition threw; its `cause` is what it threw. */
export class AutomationConditionFailedError extends DomainError<"AutomationConditionFailedError"> {
  constructor(who: string, cause: unknown) {
    super(
      "AutomationConditionFailedError",
      `${capitalize(who)} threw: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** A config schema has a part that run config cannot express. */
export class UnsupportedConfigSchemaError extends DefinitionError<"UnsupportedConfigSchemaError"> {
  constructor(owner: string, path: string, problem: string, site: DefinitionSite | null) {
    super("UnsupportedConfigSchemaError", `${owner}: its config schema${path === "" ? "" : ` at ${path}`} ${problem}`, site);
  }
}

/** Config that is written in code does not fit the schema that it is for. */
export class InvalidConfigPresetError extends DefinitionError<"InvalidConfigPresetError"> {
  constructor(owner: string, problems: readonly string[], site: DefinitionSite | null) {
    super("InvalidConfigPresetError", `${owner}: its preset does not fit: ${problems.join("; ")}`, site);
  }
}

/** A metadata value that its type does not allow. */
export class InvalidMetadataError extends DomainError<"InvalidMetadataError"> {
  constructor(type: string, problem: string) {
    super("InvalidMetadataError", `metadata.${type}: ${problem}`);
  }
}

/** What a module exports is not what is expected there. */
export class NotDefinitionsError extends DefinitionError<"NotDefinitionsError"> {
  constructor(message: string) {
    super("NotDefinitionsError", message);
  }
}

/** Several problems were found in one code location; each is in `problems`. */
export class InvalidDefinitionsError extends DefinitionError<"InvalidDefinitionsError"> {
  readonly problems: readonly DefinitionError[];

  constructor(file: string | null, problems: readonly DefinitionError[]) {
    const list = problems.map((problem) => `  ${problem.kind}: ${problem.message}`).join("\n");
    super(
      "InvalidDefinitionsError",
      `${problems.length} problems${file === null ? "" : ` in the definitions of ${file}`}:\n${list}`,
    );
    this.problems = problems;
  }
}

/** A run was asked for of a job that the code location does not have. */
export class UnknownRunJobError extends DomainError<"UnknownRunJobError"> {
  readonly jobName: string;

  constructor(jobName: string, known: Iterable<string>) {
    const suggestion = nearestWord(jobName, known);
    super("UnknownRunJobError", `This code location has no job "${jobName}"${didYouMean(suggestion)}`);
    this.jobName = jobName;
  }
}

/** Something was done with a handle, an op or a job that composing does not allow. */
export class CompositionError<Kind extends string = string> extends DefinitionError<Kind> {}

/** A handle stands for a value of a later run; here it was treated as that value. */
export class HandleUsedAsValueError extends CompositionError<"HandleUsedAsValueError"> {
  constructor(handle: string, use: string, site: DefinitionSite | null) {
    super(
      "HandleUsedAsValueError",
      `${handle} was ${use}. A handle stands for a value that exists only when the job runs: do this inside an op`,
      site,
    );
  }
}

/** A handle was wired outside of the job or graph that made it. */
export class ForeignHandleError extends CompositionError<"ForeignHandleError"> {
  constructor(handle: string, where: string, site: DefinitionSite | null) {
    super(
      "ForeignHandleError",
      `${handle} cannot be wired ${where}: handles belong to the job or graph in which they were made`,
      site,
    );
  }
}

/** An op's function called another op. */
export class OpCalledInsideOpError extends CompositionError<"OpCalledInsideOpError"> {
  constructor(inner: string, outer: string, site: DefinitionSite | null) {
    super(
      "OpCalledInsideOpError",
      `${inner} was called while ${outer} runs. Ops are wired in a job, not called by one another: wire them there, or move the shared code into a plain function`,
      site,
    );
  }
}

/** A composing function is asynchronous. */
export class AsyncCompositionError extends CompositionError<"AsyncCompositionError"> {
  constructor(where: string, how: string, site: DefinitionSite | null) {
    super(
      "AsyncCompositionError",
      `${where} ${how}. Composing is synchronous: wire ops without \`await\`, and do asynchronous work inside an op`,
      site,
    );
  }
}

/** An input was wired to something it cannot take, or not wired at all. */
export class WiringError extends CompositionError<"WiringError"> {
  constructor(message: string, site: DefinitionSite | null) {
    super("WiringError", message, site);
  }
}

/** Graphs and assets have their places; they cannot be called just anywhere. */
export class MisplacedCallError extends CompositionError<"MisplacedCallError"> {
  constructor(message: string, site: DefinitionSite | null) {
    super("MisplacedCallError", message, site);
  }
}

/** The name of a function that was called stays as it is written: `assetIn: there is no option …`. */
const capitalize = (text: string): string => (/^[\w.]+: /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
const didYouMean = (suggestion: string | null): string => (suggestion === null ? "" : `; did you mean "${suggestion}"?`);
