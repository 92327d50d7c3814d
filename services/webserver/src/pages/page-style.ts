import { Html } from "./html.ts";

/** One style for the pages of this server; nothing is loaded from anywhere. */
export const pageStyle = new Html(`<style>
:root { color-scheme: light dark; --line: #8884; --muted: #888; --good: #178a4c; --bad: #c0392b; --busy: #b7791f; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: baseline; padding: 0.8rem 1.5rem; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 0.6rem; } h3 { font-size: 1rem; margin: 0; }
nav { margin-left: auto; display: flex; gap: 1rem; flex-wrap: wrap; }
main { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem 3rem; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; margin-bottom: 0.8rem; }
article p { margin: 0.3rem 0; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { overflow: auto; margin: 0.5rem 0; }
.row { display: block; margin: 0.2rem 0; } .row b { display: inline-block; min-width: 6rem; font-weight: 600; }
.muted { color: var(--muted); } pre.bad, p.bad { color: var(--bad); }
.tag { font-size: 0.8rem; border: 1px solid currentcolor; border-radius: 99px; padding: 0.05rem 0.5rem; white-space: nowrap; }
.tag.good { color: var(--good); } .tag.bad { color: var(--bad); } .tag.busy { color: var(--busy); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); }
</style>`);
