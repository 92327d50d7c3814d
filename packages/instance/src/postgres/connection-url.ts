import { inspect } from "node:util";

interface ConnectionParts {
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: number;
  readonly database: string;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * Where a Postgres database is and how to get in.
 *
 * Printing it in any way (`String`, JSON, `console.log`, a template) shows it without its password; `reveal()` gives the real one.
 */
export class ConnectionUrl {
  readonly #url: URL;

  private constructor(url: URL) {
    this.#url = url;
  }

  /** @returns null when the text is not a Postgres URL */
  static parse(text: string): ConnectionUrl | null {
    // SQLAlchemy's dialects, as in postgresql+psycopg2://, mean the same database.
    const match = /^postgres(?:ql)?(?:\+\w+)?:\/\/(.*)$/s.exec(text.trim());
    if (match === null) return null;
    // WHATWG URLs refuse credentials or a port without a host, which libpq takes (`postgresql:///db?host=/socket`).
    if (!URL.canParse(`postgresql://${match[1]}`)) return null;
    const url = new URL(`postgresql://${match[1]}`);
    try {
      for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    } catch {
      return null;
    }
    return new ConnectionUrl(url);
  }

  /** Whether a text is a host name, an IP address or a socket's directory. */
  static isHost(text: string): boolean {
    return text.startsWith("/") || (/^[^\s/?#@\\]+$/.test(text) && URL.canParse(`postgresql://${bracketed(text)}:1/`));
  }

  /** Builds the URL of separate values, none of which needs to be percent-encoded. */
  static fromParts(parts: ConnectionParts): ConnectionUrl {
    const isSocket = parts.hostname.startsWith("/");
    const url = new URL(`postgresql://${isSocket ? "localhost" : bracketed(parts.hostname)}:${parts.port}/`);
    url.username = encodeURIComponent(parts.username);
    url.password = encodeURIComponent(parts.password);
    url.pathname = `/${encodeURIComponent(parts.database)}`;
    if (isSocket) url.searchParams.set("host", parts.hostname);
    for (const [key, value] of Object.entries(parts.params ?? {})) url.searchParams.set(key, value);
    return new ConnectionUrl(url);
  }

  get host(): string {
    return (
      this.#url.searchParams.get("host") ??
      (this.#url.hostname === "" ? "localhost" : this.#url.hostname.replaceAll(/^\[|\]$/g, ""))
    );
  }

  get port(): number {
    return this.#url.port === "" ? Number(this.#url.searchParams.get("port") ?? 5432) : Number(this.#url.port);
  }

  get database(): string {
    return decodeURIComponent(this.#url.pathname.slice(1)) || decodeURIComponent(this.#url.username);
  }

  get username(): string {
    return decodeURIComponent(this.#url.username);
  }

  get sslMode(): string | null {
    return this.#url.searchParams.get("sslmode");
  }

  /** The same database with other URL parameters; null takes one away. */
  withParams(params: Readonly<Record<string, string | null>>): ConnectionUrl {
    const url = new URL(this.#url);
    for (const [key, value] of Object.entries(params)) {
      if (value === null) url.searchParams.delete(key);
      else url.searchParams.set(key, value);
    }
    return new ConnectionUrl(url);
  }

  /** Whether both mean one database, whoever asks for it. */
  isSameDatabase(other: ConnectionUrl): boolean {
    return this.host.toLowerCase() === other.host.toLowerCase() && this.port === other.port && this.database === other.database;
  }

  /** The URL with its password, in the form that node-postgres takes; for opening connections, never for showing. */
  reveal(): string {
    const url = new URL(this.#url);
    // node-postgres reads sslmode=require as verify-full unless told to mean by it what libpq means: encrypt, verify nothing.
    if (url.searchParams.has("sslmode")) url.searchParams.set("uselibpqcompat", "true");
    return url.href;
  }

  /** Host, port and database, for sentences: `db.example:5432/dagwright`. */
  describe(): string {
    return `${this.host}:${this.port}/${this.database}`;
  }

  toString(): string {
    const url = new URL(this.#url);
    if (url.password !== "") url.password = "***";
    for (const key of url.searchParams.keys()) if (/pass|secret|token/i.test(key)) url.searchParams.set(key, "***");
    return url.href;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** An IPv6 address as URLs have it. */
const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
