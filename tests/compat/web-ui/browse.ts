import { type Browser, chromium, type Page } from "playwright-core";

/** A browser on the web UI, and everything that was wrong while it looked around. */
export interface Browsing extends AsyncDisposable {
  readonly page: Page;
  readonly problems: readonly string[];
  /** Goes to an address within the UI, as a link does, and waits until all of these texts are to be seen. */
  visit(path: string, ...texts: readonly (string | RegExp)[]): Promise<void>;
  /** Waits until the text is to be seen somewhere. */
  sees(text: string | RegExp): Promise<void>;
}

interface GraphqlAnswer {
  readonly errors?: readonly { readonly message: string }[];
}

/** What the UI shows in place of a part of a page that broke. */
const broken = /Sorry, .* can't be displayed|Something went wrong|Unexpected GraphQL error|An unexpected error occurred/;
const longestWaitMs = 30_000;

/** @param executable - of Chromium */
export async function startBrowsing(executable: string, url: string): Promise<Browsing> {
  const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  const problems: string[] = [];
  watch(page, problems);
  await page.goto(`${url}/deployment/locations`);
  return {
    page,
    problems,
    visit: async (path, ...texts) => {
      await page.evaluate(`history.pushState({}, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"))`);
      for (const text of texts) await see(page, path, text);
      const failure = page.getByText(broken).first();
      if (await failure.isVisible()) problems.push(`${path} shows: ${await failure.textContent()}`);
    },
    sees: (text) => see(page, new URL(page.url()).pathname, text),
    [Symbol.asyncDispose]: () => close(browser),
  };
}

async function close(browser: Browser): Promise<void> {
  await browser.close();
}

async function see(page: Page, path: string, text: string | RegExp): Promise<void> {
  try {
    await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: longestWaitMs });
  } catch (error) {
    const shown = (await page.locator("body").innerText()).slice(0, 2_000);
    throw new Error(`${path} does not show ${String(text)}, but:\n${shown}`, { cause: error });
  }
}

function watch(page: Page, problems: string[]): void {
  page.on("pageerror", (error) => problems.push(`the page threw ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`the page complained: ${message.text()}`);
  });
  page.on("response", async (response) => {
    const request = response.request();
    if (response.status() >= 400) problems.push(`${request.method()} ${response.url()}: ${response.status()}`);
    if (!new URL(response.url()).pathname.endsWith("/graphql")) return;
    // The body of a page that is left behind is gone.
    const answer = (await response.json().catch(() => ({}))) as GraphqlAnswer;
    for (const { message } of answer.errors ?? []) problems.push(`${operationOf(request.postData())}: ${message}`);
  });
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const { type, payload: answer } = JSON.parse(String(payload)) as { type: string; payload?: GraphqlAnswer };
      if (type === "error" || answer?.errors !== undefined) problems.push(`a subscription: ${String(payload)}`);
    });
  });
}

const operationOf = (body: string | null): string =>
  (JSON.parse(body ?? "{}") as { operationName?: string }).operationName ?? "a query";
