/** The two ways in which clients speak GraphQL over a WebSocket; they differ in names and manners. */
export interface Dialect {
  readonly subprotocol: "graphql-ws" | "graphql-transport-ws";
  readonly start: string;
  readonly stop: string;
  readonly data: string;
  /** The older one sends a single error, the newer one a list. */
  readonly errorPayload: (errors: readonly unknown[]) => unknown;
  /** Whether breaking the protocol closes the connection with a code of its own. */
  readonly isStrict: boolean;
}

export const dialects: readonly Dialect[] = [
  {
    subprotocol: "graphql-transport-ws",
    start: "subscribe",
    stop: "complete",
    data: "next",
    errorPayload: (errors) => errors,
    isStrict: true,
  },
  {
    subprotocol: "graphql-ws",
    start: "start",
    stop: "stop",
    data: "data",
    errorPayload: (errors) => errors[0],
    isStrict: false,
  },
];

/** Codes that say why a connection is closed: most are the newer protocol's. */
export const closeCodes = {
  goingAway: 1001,
  /** Of WebSocket itself: try again later. */
  tooManyOpen: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  initTimeout: 4408,
  subscriberExists: 4409,
  tooManyInits: 4429,
} as const;
