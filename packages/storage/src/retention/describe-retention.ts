import type { RetentionReport, RetentionStep } from "./retention-store.ts";

/** What a step removes, for people: `ticks of sensors that were SKIPPED`. */
export function describeRetentionStep(step: RetentionStep): string {
  switch (step.kind) {
    case "ticks":
      return `${step.instigatorKind.toLowerCase()} ticks (${step.status})`;
    case "evaluations":
      return "evaluations of automation conditions";
    case "events":
      return { run_events: "events of runs", run_logs: "log lines of runs", asset_events: "asset events" }[step.class];
    case "event_stream":
      return "places in the event stream";
    case "runs":
      return "runs";
    case "backfills":
      return "backfills";
  }
}

/** What a pass came to, in one sentence: when, and how much of what. */
export function describeRetention({ endedAtMs, purged }: RetentionReport): string {
  const parts = purged.map(({ step, rows, partitions }) => {
    const counts = [...(rows > 0 ? [`${rows} rows`] : []), ...partitions.map((name) => `table ${name}`)];
    return `${describeRetentionStep(step)}: ${counts.join(", ")}`;
  });
  return `${new Date(endedAtMs).toISOString()}: removed ${parts.length === 0 ? "nothing" : parts.join("; ")}`;
}
