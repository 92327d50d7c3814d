/** How old an asset may become before it counts as not fresh. */
export type FreshnessPolicySnapshot =
  | { readonly kind: "timeWindow"; readonly failWindowSeconds: number; readonly warnWindowSeconds: number | null }
  | {
      readonly kind: "cron";
      readonly deadlineCron: string;
      /** How long before a deadline a materialization counts for it. */
      readonly lowerBoundDeltaSeconds: number;
      readonly timeZone: string;
    };
