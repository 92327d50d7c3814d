import { posix, relative, sep } from "node:path";
import type { CodeReference, Metadata } from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import { makeCallable } from "./callable.ts";
import { metadataKeys } from "./metadata.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/**
 * The same assets, each with a reference to the file and line that declares it, beside those it has already: pages then lead to the code.
 * Place it around the list that goes into `definitions({assets})`.
 */
export const withCodeReferences = <A extends AnyAsset>(assets: readonly A[]): readonly A[] =>
  assets.map((asset) => withReferences(asset, siteReferences(asset)));

/** Which repository and revision {@link linkCodeReferencesToGit} links to. */
export interface GitLinkOptions {
  /** The repository's page, e.g. `https://github.com/example/shop`. GitHub and GitLab spell the rest differently; both are known. */
  readonly url: string;
  /** Branch, tag or commit. */
  readonly branch: string;
  /** The repository's folder on this machine; paths in links are relative to it. */
  readonly root: string;
}

const gitLinkNames: OptionNames<GitLinkOptions> = { url: "text", branch: "text", root: "text" };

/**
 * The same assets, their references to files beneath `root` turned into links to a repository in the web. Files elsewhere stay as they are.
 */
export function linkCodeReferencesToGit<A extends AnyAsset>(assets: readonly A[], options: GitLinkOptions): readonly A[] {
  checkOptions("linkCodeReferencesToGit", options, gitLinkNames, linkCodeReferencesToGit);
  const { url, branch, root } = options;
  const base = `${url.replace(/\/+$/, "")}${new URL(url).hostname.includes("gitlab") ? "/-" : ""}/blob/${branch}`;
  return assets.map((asset) => {
    const references = referencesOf(asset.metadata).map((reference): CodeReference => {
      if (reference.kind === "url") return reference;
      const path = relative(root, reference.path).split(sep).join(posix.sep);
      if (path.startsWith("..")) return reference;
      const line = reference.line === null ? "" : `#L${reference.line}`;
      return { kind: "url", url: `${base}/${encodeURI(path)}${line}`, label: reference.label ?? path };
    });
    return references.length === 0 ? asset : copyWith(asset, references);
  });
}

const referencesOf = (metadata: Metadata): readonly CodeReference[] => {
  const found = metadata[metadataKeys.codeReferences];
  return found?.type === "codeReferences" ? found.references : [];
};

function siteReferences({ site }: AnyAsset): readonly CodeReference[] {
  const { file, line } = site;
  return file === null ? [] : [{ kind: "file", path: file, line, label: null }];
}

function withReferences<A extends AnyAsset>(asset: A, added: readonly CodeReference[]): A {
  return added.length === 0 ? asset : copyWith(asset, [...referencesOf(asset.metadata), ...added]);
}

/** A definition is frozen, and one that can be called is a function: a copy calls the same function. */
function copyWith<A extends AnyAsset>(asset: A, references: readonly CodeReference[]): A {
  const metadata: Metadata = { ...asset.metadata, [metadataKeys.codeReferences]: { type: "codeReferences", references } };
  const copy: A = { ...asset, metadata };
  if (typeof asset !== "function") return Object.freeze(copy);
  const original = asset as unknown as (...args: readonly unknown[]) => unknown;
  return makeCallable((...args: readonly unknown[]) => original(...args), copy);
}
