import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { describeWithEngine } from "../engines.ts";
import { startStack } from "../stack/stack.ts";

describeWithEngine("chromium", "the home page in a browser", ({ CHROMIUM }) => {
  test("shows a run that is launched while it is looked at, as often as --live-data-poll-rate says", async () => {
    await using stack = await startStack({ env: { DAGSTER_WEBSERVER_LIVE_DATA_POLL_RATE: "250" } });
    await using browsing = new AsyncDisposableStack();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
    browsing.defer(() => browser.close());
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(stack.url());
    expect(JSON.parse((await page.locator("#initialization-data").textContent()) ?? "")).toEqual({
      pathPrefix: "",
      liveDataPollRate: 250,
    });
    const id = await stack.launch("chain");
    await page.getByText(id.slice(-8)).first().waitFor({ timeout: 30_000 });
    await stack.untilEnd(id);
    await page
      .getByText(/success/i)
      .first()
      .waitFor({ timeout: 30_000 });
    // A server that is away leaves what was there.
    await stack.webserver.kill("SIGKILL");
    await page.waitForTimeout(600);
    expect(await page.getByText(id.slice(-8)).count()).toBe(1);
    expect(problems.filter((problem) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(problem))).toEqual([]);
  });
});
