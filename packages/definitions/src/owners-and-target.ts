import { printAssetSelection } from "@dagwright/graph";
import type { ScheduleSnapshot } from "@dagwright/model";
import type { Repository } from "./repository.ts";
import { AssetSelection } from "./asset-selection.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import type { SensorDefinition } from "./sensors/sensor-definition.ts";
import { keysOf } from "./sensors/multi-asset-sensor.ts";

/** Who answers for a schedule or sensor, and which assets it is for. */
export const ownersAndTarget = (
  { owners, ownJob, automation }: Pick<ScheduleDefinition, "owners" | "ownJob"> & Pick<SensorDefinition, "automation">,
  assets: Repository["assets"],
): Pick<ScheduleSnapshot, "owners" | "assetSelection"> => ({
  // Definitions of an older copy of this package say nothing of them.
  ...(owners !== undefined && owners.length > 0 && { owners }),
  ...(ownJob !== null && {
    assetSelection: { text: printAssetSelection(ownJob.selection.expression), assetKeys: keysOf(ownJob.selection, assets) },
  }),
  ...(automation !== undefined && {
    assetSelection: {
      text: automation.selection,
      assetKeys: keysOf(AssetSelection.fromText(automation.selection), assets),
    },
  }),
});
