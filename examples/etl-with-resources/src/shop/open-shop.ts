// The outside world: a small shop's HTTP API, which refuses every third request as busy APIs do.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const customers = [
  { id: 1, name: "Ada", country: "GB" },
  { id: 2, name: "Grace", country: "US" },
  { id: 3, name: "Edsger", country: "NL" },
  { id: 4, name: "Barbara", country: "US" },
];

const orders = Array.from({ length: 12 }, (_, index) => ({
  id: index + 1,
  customer: (index % customers.length) + 1,
  cents: 500 + 250 * (index % 5),
}));

export interface ShopOptions {
  /** What callers have to show as their bearer token. */
  readonly token: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Every how many requests one is refused; default 3. */
  readonly refuseEvery?: number;
  /** What a refusal says in `Retry-After`; default 1. */
  readonly retryAfterSeconds?: number;
}

export interface Shop extends AsyncDisposable {
  readonly url: string;
}

/** Opens the shop: `GET /orders?after=ID&limit=N` and `GET /customers?after=ID&limit=N`, each a list by ascending id. */
export async function openShop({ token, port = 0, refuseEvery = 3, retryAfterSeconds = 1 }: ShopOptions): Promise<Shop> {
  let requests = 0;
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown, headers = {}): void =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");
    const rows = { "/orders": orders, "/customers": customers }[pathname];
    requests += 1;

    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: "unknown token" });
    if (requests % refuseEvery === 0) return answer(429, { error: "busy" }, { "retry-after": String(retryAfterSeconds) });
    if (rows === undefined) return answer(404, { error: `no ${pathname}` });
    const [after, limit] = [Number(searchParams.get("after") ?? 0), Number(searchParams.get("limit") ?? 100)];
    answer(200, rows.filter(({ id }) => id > after).slice(0, limit));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
