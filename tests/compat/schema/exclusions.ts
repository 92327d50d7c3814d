/** What of Dagster's schema is left out for good, by the path of the difference, with the reason. */
export const exclusions: Readonly<Record<string, string>> = {};
