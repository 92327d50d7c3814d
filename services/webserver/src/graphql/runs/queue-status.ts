import type { RunWait } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";

const kinds = {
  "run-limit": "RUN_LIMIT",
  tag: "TAG_LIMIT",
  pool: "POOL",
  location: "LOCATION",
  "other-run": "OTHER_RUN",
  turn: "TURN",
} as const satisfies Record<RunWait["reasons"][number]["kind"], gql.RunWaitKind>;

export const toQueueStatus = ({ priority, enqueuedAtMs, ahead, reasons }: RunWait): gql.RunQueueStatus => ({
  priority,
  enqueuedTime: enqueuedAtMs / 1000,
  ahead,
  reasons: reasons.map(({ kind, message, runIds }) => ({ kind: kinds[kind], message, runIds: [...runIds] })),
});
