import { z } from "zod";
import { block, oneOf } from "../config-file/block.ts";
import { boolean, integer, name, text, textMapping } from "../config-file/scalars.ts";
import { ConnectionUrl } from "../postgres/connection-url.ts";

/** A Postgres database: `storage.postgres`, or the config of a Postgres storage. */
export interface PostgresConfig {
  readonly url: ConnectionUrl;
  /** A direct way to the database for LISTEN, when `url` leads through a pooler; a key of Dagwright's own. */
  readonly listenUrl: ConnectionUrl | null;
  /** Whether `dev` and the services may create and migrate the tables. Default true. */
  readonly shouldAutocreateTables: boolean;
}

const connectionUrl = text().transform((given, context): ConnectionUrl => {
  const url = ConnectionUrl.parse(given);
  if (url !== null) return url;
  context.addIssue({
    code: "custom",
    message:
      "is not a Postgres URL such as postgresql://user:password@host:5432/database; a password's special characters must be percent-encoded",
  });
  return z.NEVER;
});

const hostname = name().transform((given, context) => {
  if (ConnectionUrl.isHost(given)) return given;
  context.addIssue({
    code: "custom",
    message: "is no host name, address or socket directory; port, database and user have keys of their own",
  });
  return z.NEVER;
});

const database = block({
  username: text(),
  password: text().default(""),
  hostname,
  db_name: name(),
  port: integer({ min: 1, max: 65_535 }).default(5432),
  params: textMapping().default({}),
  // SQLAlchemy's dialect; node-postgres has one way to connect.
  scheme: text().optional(),
});

export const postgresConfig = block({
  postgres_url: connectionUrl.optional(),
  postgres_db: database.optional(),
  listen_url: connectionUrl.optional(),
  auth_provider: oneOf({
    azure_wif: block({ scope: text().default("https://ossrdbms-aad.database.windows.net/.default") }),
    gcp_wif: block({}),
    aws_wif: block({ region: text() }),
  }).optional(),
  should_autocreate_tables: boolean().default(true),
}).transform((given, context): PostgresConfig => {
  const { postgres_url: url, postgres_db: db, auth_provider: provider } = given;
  if (provider !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["auth_provider"],
      message: `${provider.kind} is known, but not built yet; give a password instead`,
    });
    return z.NEVER;
  }
  if (url !== undefined && db !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["postgres_db"],
      message: "names the database a second time; give either postgres_url or postgres_db",
    });
    return z.NEVER;
  }
  const resolved =
    url ??
    (db === undefined
      ? undefined
      : ConnectionUrl.fromParts({
          username: db.username,
          password: db.password,
          hostname: db.hostname,
          port: db.port,
          database: db.db_name,
          params: db.params,
        }));
  if (resolved === undefined) {
    context.addIssue({ code: "custom", message: "names no database; give postgres_url or postgres_db" });
    return z.NEVER;
  }
  return { url: resolved, listenUrl: given.listen_url ?? null, shouldAutocreateTables: given.should_autocreate_tables };
});
