import { dailyPartitions, weeklyPartitions } from "dagwright";

/** The days since the beginning, up to yesterday. */
export const days = dailyPartitions({ startDate: "2026-01-01" });

/** Weeks from Sunday to Saturday; a week reads the days that lie in it, without being told. */
export const weeks = weeklyPartitions({ startDate: "2026-01-04" });
