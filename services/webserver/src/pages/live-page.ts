import { Html } from "./html.ts";

/** What scripts of the pages have to know of the server. */
export interface PageSettings {
  /** Without a slash at the end; empty for none. */
  readonly pathPrefix: string;
  /** How often a page asks for what may have changed, in milliseconds. */
  readonly liveDataPollRate: number;
}

/**
 * Keeps what a page shows in `main` up to date while somebody looks at it: the page is fetched again, and `main` replaced when it has changed. A server that is
 * away leaves what was there. Settings stand where Dagster's pages have theirs, so that tools that look there find them.
 */
export function livePage(settings: PageSettings): Html {
  const json = JSON.stringify(settings).replaceAll("<", "\\u003c");
  return new Html(`<script type="application/json" id="initialization-data">${json}</script><script>${script}</script>`);
}

const script = `
  const { liveDataPollRate } = JSON.parse(document.getElementById("initialization-data").textContent);
  const refresh = async () => {
    if (!document.hidden) {
      const text = await fetch(location.href).then((response) => (response.ok ? response.text() : null), () => null);
      const fresh = text && new DOMParser().parseFromString(text, "text/html").querySelector("main");
      const shown = document.querySelector("main");
      if (fresh && fresh.innerHTML !== shown.innerHTML && getSelection().isCollapsed) shown.replaceWith(fresh);
    }
    setTimeout(refresh, liveDataPollRate);
  };
  setTimeout(refresh, liveDataPollRate);
`;
