import pg from "pg";

/** How long a server may take to hear of it. */
const cancelMs = 2_000;

/** What of pg's clients and connections their types leave out. */
interface RawClient {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

interface RawConnection {
  readonly ssl: unknown;
  readonly stream: { destroy(): void };
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  on(event: "connect" | "sslconnect" | "end" | "error", listener: () => void): void;
}

/**
 * Asks the server to end what a connection of ours executes now. Closing the connection would not: Postgres finds out when it has an answer to send, and a
 * statement that nobody waits for would go on until its timeout. The request goes over a connection of its own, to the same address, so that a pooler
 * hands it to the server that the statement is at.
 *
 * @returns resolves when the server has taken the request, or cannot be reached; never rejects
 */
export function cancelStatement(executing: pg.ClientBase, connectionString: string): Promise<void> {
  const { processID, secretKey } = executing as pg.ClientBase & RawClient;
  if (processID === null || secretKey === null) return Promise.resolve();
  const client = new pg.Client({ connectionString });
  const { host, port } = client;
  const connection = client.connection as unknown as RawConnection;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, cancelMs);
  const cancel = (): void => connection.cancel(processID, secretKey);
  connection.on("connect", () => (connection.ssl === false ? cancel() : connection.requestSsl()));
  connection.on("sslconnect", cancel);
  // The server says nothing and closes.
  connection.on("end", resolve);
  connection.on("error", resolve);
  if (host.startsWith("/")) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
  return promise.finally(() => {
    clearTimeout(timer);
    connection.stream.destroy();
  });
}
