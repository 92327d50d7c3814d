import type { AssetKey, Tags } from "@dagwright/model";
import type { DefinitionSite } from "./definition-site.ts";
import { InvalidNameError, InvalidOptionError } from "./errors.ts";

const name = /^[A-Za-z0-9_]+$/;
const groupName = /^[A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*$/;
const kindName = /^[A-Za-z0-9_.-]{1,63}$/;
const assetTagKey = /^([A-Za-z0-9_.-]{1,63}\/)?[A-Za-z0-9_.-]{1,63}$/;
const assetTagValue = /^[A-Za-z0-9_.-]{0,63}$/;
const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const teamOwner = /^team:[A-Za-z0-9_]+$/;
// Not for eyes: control characters, line separators, halves of surrogate pairs.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** Refuses names that Dagster's rule refuses: they become parts of step keys, config and file names. */
export function checkName(kind: string, value: unknown, site: DefinitionSite, owner?: string): asserts value is string {
  const of = owner === undefined ? "" : ` of ${owner}`;
  if (typeof value !== "string") {
    throw new InvalidNameError(
      `The name of ${article(kind)}${of} must be text, not ${value === null ? "null" : typeof value}`,
      site,
    );
  }
  if (!name.test(value)) {
    throw new InvalidNameError(
      `${JSON.stringify(value)} cannot be the name of ${article(kind)}${of}: names have letters a-z, A-Z, digits and underscores, at least one. Put other text into the description`,
      site,
    );
  }
}

/** Tags of ops, jobs, schedules and sensors: any text for text. */
export function checkTags(kind: string, owner: string, tags: Tags | undefined, site: DefinitionSite): void {
  for (const [key, value] of Object.entries(tags ?? {})) {
    if (key === "") throw new InvalidOptionError(`${kind} "${owner}"`, "a tag has an empty name", site);
    if (typeof value !== "string") {
      throw new InvalidOptionError(`${kind} "${owner}"`, `the value of its tag "${key}" is ${typeof value}; tags are text`, site);
    }
  }
}

/** Asset tags are stricter than others, as in Dagster, because selections and filters spell them. */
export function checkAssetTags(owner: string, tags: Tags | undefined, site: DefinitionSite): void {
  checkTags("asset", owner, tags, site);
  for (const [key, value] of Object.entries(tags ?? {})) {
    if (!assetTagKey.test(key) || !assetTagValue.test(value)) {
      throw new InvalidNameError(
        `Asset "${owner}": the tag ${JSON.stringify(key)}: ${JSON.stringify(value)} is not allowed. Names and values of asset tags have at most 63 letters, digits, "_", "-" and "."; a name may have a prefix that ends in "/"`,
        site,
      );
    }
  }
}

/** Refuses groups that selections could not spell. */
export function checkGroup(owner: string, group: string, site: DefinitionSite): void {
  if (groupName.test(group)) return;
  throw new InvalidNameError(
    `Asset "${owner}": ${JSON.stringify(group)} cannot be a group: groups have letters a-z, A-Z, digits and underscores, with "/" between levels`,
    site,
  );
}

/** Refuses kinds that tags could not spell: clients read them as tags. */
export function checkKinds(owner: string, kinds: readonly string[], site: DefinitionSite): void {
  for (const kind of kinds) {
    if (!kindName.test(kind)) {
      throw new InvalidNameError(
        `Asset "${owner}": ${JSON.stringify(kind)} cannot be a kind: kinds have at most 63 letters, digits, "_", "-" and "."`,
        site,
      );
    }
  }
}

/** Refuses owners that are neither e-mail addresses nor teams. */
export function checkOwners(owner: string, owners: readonly string[], site: DefinitionSite): void {
  for (const one of owners) {
    if (!email.test(one) && !teamOwner.test(one)) {
      throw new InvalidNameError(
        `${owner}: ${JSON.stringify(one)} cannot be an owner: owners are e-mail addresses or "team:" and a name of letters, digits and underscores`,
        site,
      );
    }
  }
}

/**
 * Reads an asset key as users write it: `"a/b"` and `["a", "b"]` are the same key of two parts. Parts may have any printable
 * character, emoji included, but "/", and neither begin nor end with a space.
 */
export function parseAssetKey(key: string | readonly string[], site: DefinitionSite | null, owner = "asset"): AssetKey {
  const parts = typeof key === "string" ? key.split("/") : key;
  const shown = JSON.stringify(key);
  if (!Array.isArray(parts) || parts.length === 0)
    throw new InvalidNameError(`The key of ${article(owner)} must be text or a list of texts, not ${shown}`, site);
  for (const part of parts as readonly unknown[]) {
    if (typeof part !== "string" || part === "" || part !== part.trim() || part.includes("/") || unprintable.test(part)) {
      throw new InvalidNameError(
        `${shown} cannot be the key of ${article(owner)}: its part ${JSON.stringify(part)} is empty, begins or ends with a space, or has a "/" or a control character`,
        site,
      );
    }
  }
  return Object.freeze([...(parts as readonly string[])]);
}

const article = (noun: string): string => `${/^[aeio]/.test(noun) ? "an" : "a"} ${noun}`;
