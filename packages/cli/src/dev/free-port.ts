import { createServer } from "node:net";

/** Whether a server could listen there at this moment. */
export async function isPortFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port from `first` on; null when a hundred in a row are taken. */
export async function nextFreePort(first: number, host: string): Promise<number | null> {
  for (let port = first; port < first + 100 && port < 65_536; port += 1) if (await isPortFree(port, host)) return port;
  return null;
}
