import type { RetentionStep } from "@dagwright/storage";
import type { RetentionConfig, TickRetention } from "./config/retention.ts";

const dayMs = 86_400_000;
const tickStatuses = ["started", "skipped", "success", "failure"] as const satisfies readonly (keyof TickRetention)[];

/** As long as Dagster keeps them, which has no key for it either. */
const evaluationsDays = 30;

/**
 * What is to be removed by the instance's `retention`, and before when it is old: ticks first, whose rows are many and small. What a run wrote
 * is kept no longer than the run.
 */
export function planRetention(config: RetentionConfig, nowMs: number): readonly RetentionStep[] {
  const before = (days: number): number => nowMs - days * dayMs;
  const kinds = [
    ["SCHEDULE", config.schedule],
    ["SENSOR", config.sensor],
    ["AUTOMATION", config.autoMaterialize],
  ] as const;
  const ticks = kinds.flatMap(([instigatorKind, kept]) => {
    return tickStatuses.flatMap((status): readonly RetentionStep[] => {
      const days = kept[status];
      return days === null ? [] : [{ kind: "ticks", instigatorKind, status: toTickStatus(status), beforeMs: before(days) }];
    });
  });
  const events = (
    [
      ["run_logs", shorter(config.runLogsDays, config.runsDays)],
      ["run_events", shorter(config.runEventsDays, config.runsDays)],
      ["asset_events", config.assetEventsDays],
    ] as const
  ).flatMap(([name, days]): readonly RetentionStep[] =>
    days === null ? [] : [{ kind: "events", class: name, beforeMs: before(days) }],
  );
  return [
    ...ticks,
    { kind: "evaluations", beforeMs: before(evaluationsDays) },
    ...events,
    ...(config.eventStreamDays === null ? [] : [{ kind: "event_stream", beforeMs: before(config.eventStreamDays) } as const]),
    ...(config.backfillsDays === null ? [] : [{ kind: "backfills", beforeMs: before(config.backfillsDays) } as const]),
    // Last: rows in default partitions are told to be old by their runs.
    ...(config.runsDays === null ? [] : [{ kind: "runs", beforeMs: before(config.runsDays) } as const]),
  ];
}

const shorter = (days: number | null, others: number | null): number | null =>
  days === null || others === null ? (days ?? others) : Math.min(days, others);

const toTickStatus = (status: (typeof tickStatuses)[number]) => status.toUpperCase() as Uppercase<(typeof tickStatuses)[number]>;
