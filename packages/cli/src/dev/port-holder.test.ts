import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isPortFree, nextFreePort } from "./free-port.ts";
import { portHolder } from "./port-holder.ts";

async function takePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("a taken port is told from a free one, and the next one is found", async () => {
  const port = await takePort();
  expect(await isPortFree(port, "127.0.0.1")).toBe(false);
  expect(await nextFreePort(port, "127.0.0.1")).toBeGreaterThan(port);
});

test.runIf(process.platform === "linux")("who holds a port is told by command line and pid", async () => {
  expect(portHolder(await takePort())).toContain(`(pid ${process.pid})`);
});

test("of a free port nobody is told", () => {
  expect(portHolder(1)).toBeNull();
});
