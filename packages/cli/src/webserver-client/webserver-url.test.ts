import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { announceUrl, webserverUrl } from "./webserver-url.ts";

test("the option comes first, then the environment, then the dev that runs, then localhost", async () => {
  const home = mkdtempSync(join(tmpdir(), "dagwright-url-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { DAGWRIGHT_HOME: home };
  const context = { env, directory: "/" };
  expect(webserverUrl(undefined, context)).toBe("http://localhost:3000");
  {
    await using _announced = await announceUrl(home, "http://localhost:3007");
    expect(webserverUrl(undefined, context)).toBe("http://localhost:3007");
    const remote = { env: { ...env, DAGWRIGHT_WEBSERVER_URL: "https://dagwright.acme.com/x" }, directory: "/" };
    expect(webserverUrl(undefined, remote)).toBe("https://dagwright.acme.com/x");
    expect(webserverUrl("http://other:1", remote)).toBe("http://other:1");
  }
  expect(webserverUrl(undefined, context)).toBe("http://localhost:3000");
});

test("what is no address is refused with where it was given", () => {
  expect(() => webserverUrl("localhost:3000", { env: {}, directory: "/" })).toThrow("--url is");
  const context = { env: { DAGWRIGHT_WEBSERVER_URL: "nonsense" }, directory: "/" };
  expect(() => webserverUrl(undefined, context)).toThrow("DAGWRIGHT_WEBSERVER_URL is");
});
