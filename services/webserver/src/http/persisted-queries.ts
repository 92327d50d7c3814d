import { createHash } from "node:crypto";

import { GraphQLError } from "graphql";

/** Characters of all remembered queries together: one is remembered when a client says so, and any client may. */
const mostCharacters = 8 * 1024 * 1024;
const mostCharactersOfOne = 256 * 1024;

/** How a client names a query by its hash, as Apollo's clients do. */
export interface PersistedQueryExtension {
  readonly version: number;
  readonly sha256Hash: string;
}

/**
 * Queries by the SHA-256 of their text: a client sends the hash alone; when it is not known, both, and from then on the hash alone again. With a list of
 * allowed ones nothing else is carried out, and nothing is remembered.
 */
export class PersistedQueries {
  readonly #allowed: ReadonlyMap<string, string> | null;
  readonly #remembered = new Map<string, string>();
  #characters = 0;

  /** @param allowed - texts of the only queries that are carried out; null: any */
  constructor(allowed: readonly string[] | null = null) {
    this.#allowed = allowed === null ? null : new Map(allowed.map((query) => [sha256(query), query]));
  }

  /**
   * The text of what a request asks for.
   *
   * @param query - the text that the client sent; null: only a hash
   * @throws GraphQLError: the hash is not known (clients then send the text with it), not that of the text, or the query is not allowed
   */
  resolve(query: string | null, named: PersistedQueryExtension | null): string | null {
    if (named === null) return query === null ? null : this.#check(query);
    if (named.version !== 1) throw refusal("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED");
    const hash = named.sha256Hash.toLowerCase();
    if (query === null) {
      const known = this.#allowed?.get(hash) ?? this.#recall(hash);
      if (known === undefined) throw refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND");
      return known;
    }
    if (sha256(query) !== hash) throw refusal("provided sha does not match query", "PERSISTED_QUERY_HASH_MISMATCH");
    this.#check(query);
    if (this.#allowed === null) this.#remember(hash, query);
    return query;
  }

  #check(query: string): string {
    if (this.#allowed === null || this.#allowed.has(sha256(query))) return query;
    throw refusal("This webserver carries out only the queries of its list, and this is none of them", "QUERY_NOT_ALLOWED");
  }

  #recall(hash: string): string | undefined {
    const query = this.#remembered.get(hash);
    if (query === undefined) return undefined;
    // The one used last is the last to go.
    this.#remembered.delete(hash);
    this.#remembered.set(hash, query);
    return query;
  }

  #remember(hash: string, query: string): void {
    if (query.length > mostCharactersOfOne || this.#recall(hash) !== undefined) return;
    this.#remembered.set(hash, query);
    this.#characters += query.length;
    for (const [oldest, text] of this.#remembered) {
      if (this.#characters <= mostCharacters) break;
      this.#remembered.delete(oldest);
      this.#characters -= text.length;
    }
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const refusal = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

/** What a request says in its `extensions`, given as JSON text or as an object; null: it names no query by hash. */
export function persistedQueryOf(extensions: unknown): PersistedQueryExtension | null {
  if (typeof extensions !== "object" || extensions === null || !("persistedQuery" in extensions)) return null;
  const { persistedQuery } = extensions;
  if (typeof persistedQuery !== "object" || persistedQuery === null) return null;
  const { version, sha256Hash } = persistedQuery as Readonly<Record<string, unknown>>;
  return typeof version === "number" && typeof sha256Hash === "string" ? { version, sha256Hash } : null;
}
