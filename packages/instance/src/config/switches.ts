import { block } from "../config-file/block.ts";
import { boolean } from "../config-file/scalars.ts";

/** A block that has only an `enabled` key: `freshness`, `telemetry`, `nux`. */
export interface SwitchConfig {
  readonly enabled: boolean;
}

/** Freshness policies are evaluated unless switched off. */
export const freshness = block({ enabled: boolean().default(true) });
/** Read and kept; nothing is ever sent, whatever it says. */
export const telemetry = block({ enabled: boolean().default(false) });
/** Read and kept; there is no first-use dialogue to switch off. */
export const nux = block({ enabled: boolean().default(false) });
