/** Several cron strings are told as a list in the way clients parse it. */
export const cronText = (cron: readonly string[]): string =>
  cron.length === 1 && cron[0] !== undefined ? cron[0] : `[${cron.map((each) => `'${each}'`).join(", ")}]`;
