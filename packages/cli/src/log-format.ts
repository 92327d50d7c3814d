/** How a service's log lines look: for people with or without colours, or one JSON document per line. */
export const logFormats = ["colored", "plain", "json"] as const;
export type LogFormat = (typeof logFormats)[number];
