import { isHiddenJob, type Run } from "@dagwright/model";
import { isAlive } from "@dagwright/storage";
import type { LocationEntry } from "@dagwright/workspace";
import type { FastifyBaseLogger } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { type Html, html } from "./html.ts";
import { livePage } from "./live-page.ts";
import { pageStyle } from "./page-style.ts";

const latestRuns = 15;
/** Three steps, the last of which needs the others. Within the page: a browser asks for a file else. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M3 4 12 8 3 12" fill="none" stroke="#888"/><g fill="#36c"><circle cx="3" cy="4" r="2.5"/><circle cx="3" cy="12" r="2.5"/><circle cx="12" cy="8" r="3"/></g></svg>',
)}`;

/** A plain page that says what runs here. It shows what it can: a database that is away is a line on it, not an error page. */
export async function homePage(scope: ServerScope, log: FastifyBaseLogger): Promise<string> {
  const { workspace, storage, pathPrefix, liveDataPollRate, version } = scope;
  const [runs, daemons] = await Promise.all([
    known(storage.runs.list({}, { limit: latestRuns }), log),
    known(storage.daemons.heartbeats(), log),
  ]);
  const alive = daemons === null ? null : new Set(daemons.filter(isAlive).map(({ daemonType }) => daemonType));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Dagwright</title>
        <link rel="icon" href="${icon}" />
        ${pageStyle}
      </head>
      <body>
        <header>
          <h1>Dagwright</h1>
          <span class="muted">${version}</span>
          <nav>
            <a href="${pathPrefix}/graphql">GraphiQL</a>
            <a href="${pathPrefix}/readyz">readiness</a>
            <a href="${pathPrefix}/healthz">health</a>
            <a href="${pathPrefix}/server_info">server info</a>
          </nav>
        </header>
        <main>
          <section>
            <h2>Code locations</h2>
            ${workspace.entries().length === 0 ? html`<p class="muted">The workspace has none.</p>` : workspace.entries().map(location)}
          </section>
          <section>
            <h2>Latest runs</h2>
            ${runs === null ? html`<p class="bad">The database cannot be reached now.</p>` : runTable(runs)}
          </section>
          <section>
            <h2>Daemon</h2>
            ${
              alive === null
                ? html`<p class="bad">Unknown: the database cannot be reached now.</p>`
                : alive.size === 0
                  ? html`<p class="muted">
                      None is alive: schedules and sensors do not tick, and the run queue is not emptied. Start one with
                      <code>dagwright daemon</code>.
                    </p>`
                  : html`<p>
                      ${[...alive].sort().map((type) => html`<span class="tag good">${type.toLowerCase().replaceAll("_", " ")}</span> `)}
                    </p>`
            }
          </section>
        </main>
        ${livePage({ pathPrefix, liveDataPollRate })}
      </body>
    </html>`.text;
}

async function known<Value>(read: Promise<Value>, log: FastifyBaseLogger): Promise<Value | null> {
  try {
    return await read;
  } catch (error) {
    log.warn({ err: error }, "The home page is shown without what the database knows");
    return null;
  }
}

function location(entry: LocationEntry): Html {
  const { snapshot, loadError } = entry;
  const state = entry.status === "LOADED" ? "good" : entry.status === "LOADING" ? "busy" : "bad";
  return html`<article>
    <h3>${entry.name} <span class="tag ${state}">${entry.status.toLowerCase()}</span></h3>
    <p class="muted">${entry.entryFile === "" ? (entry.address ?? "") : entry.entryFile}</p>
    ${loadError === null ? "" : html`<pre class="bad">${loadError.error.name}: ${loadError.error.message}${place(entry)}</pre>`}
    ${
      snapshot === null
        ? ""
        : html`<p>
            ${list(
              "Jobs",
              snapshot.jobs.map(({ name }) => name).filter((name) => !isHiddenJob(name)),
            )}${list(
              "Assets",
              snapshot.assets.map(({ key }) => key.join("/")),
            )}${list(
              "Schedules",
              snapshot.schedules.map(({ name }) => name),
            )}${list(
              "Sensors",
              snapshot.sensors.map(({ name }) => name),
            )}
          </p>`
    }
  </article>`;
}

const place = ({ loadError }: LocationEntry): string =>
  loadError === null || loadError.file === null
    ? ""
    : `\n${[loadError.file, loadError.line].filter((part) => part !== null).join(":")}`;

const shownNames = 40;

const list = (title: string, names: readonly string[]): Html | string =>
  names.length === 0
    ? ""
    : html`<span class="row"
        ><b>${title}</b> ${names.slice(0, shownNames).map((name) => html`<code>${name}</code> `)}
        ${names.length > shownNames ? `and ${names.length - shownNames} more` : ""}</span
      >`;

function runTable(runs: readonly Run[]): Html {
  if (runs.length === 0) return html`<p class="muted">No run yet.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>Run</th>
        <th>Job</th>
        <th>Status</th>
        <th>Created</th>
        <th>Took</th>
      </tr>
    </thead>
    <tbody>
      ${runs.map(
        (run) =>
          html`<tr>
            <td><code title="${run.id}">${run.id.slice(-8)}</code></td>
            <td>${run.jobName} <span class="muted">${run.location}</span></td>
            <td><span class="tag ${tone(run)}">${run.status.toLowerCase().replaceAll("_", " ")}</span></td>
            <td>${new Date(run.createdAtMs).toISOString().slice(0, 19).replace("T", " ")}</td>
            <td>${took(run)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const tone = ({ status }: Run): string =>
  status === "SUCCESS" ? "good" : status === "FAILURE" || status === "CANCELED" ? "bad" : "busy";

const took = ({ startedAtMs, endedAtMs }: Run): string =>
  startedAtMs === null || endedAtMs === null ? "" : `${((endedAtMs - startedAtMs) / 1000).toFixed(2)} s`;
