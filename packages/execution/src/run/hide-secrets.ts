import type { Metadata, MetadataValue, RunLogEntry, SecretMask } from "@dagwright/model";
import type { RunOutcome } from "./run-outcome.ts";

/** Names that code gave before any run, and words of the format: they say nothing of a run's config, and what reads them must know them. */
const structure: ReadonlySet<string> = new Set([
  "type",
  "atMs",
  "stepKey",
  "stepKeys",
  "level",
  "assetKey",
  "partition",
  "checkName",
  "severity",
  "outputName",
  "inputName",
  "mappingKey",
  "managerKey",
  "resourceKeys",
  "upstreamOutputName",
  "upstreamStepKey",
  "reason",
  "errorSource",
  "firstFailedStepKey",
  "markerStart",
  "markerEnd",
  "logKey",
  "fileKey",
]);

/** An entry of a run's log without the run's secrets. */
export function hideSecrets(entry: RunLogEntry, secrets: SecretMask): RunLogEntry {
  if (secrets.isEmpty) return entry;
  const hidden = secrets.hideIn(entry, structure);
  return "metadata" in entry && "metadata" in hidden ? { ...hidden, metadata: hideInMetadata(entry.metadata, secrets) } : hidden;
}

/** A value that only text can stand for becomes text. */
function hideInMetadata(metadata: Metadata, secrets: SecretMask): Metadata {
  const entries = Object.entries(metadata).map(([label, value]): [string, MetadataValue] => {
    const { type, ...given } = value;
    const hidden = secrets.hideIn(given);
    const isSame = JSON.stringify(hidden) === JSON.stringify(given);
    if (isSame) return [secrets.hide(label), value];
    return [
      secrets.hide(label),
      isFreeText.has(type) ? ({ type, ...hidden } as MetadataValue) : { type: "text", text: secrets.hide(JSON.stringify(given)) },
    ];
  });
  return Object.fromEntries(entries);
}

const isFreeText: ReadonlySet<MetadataValue["type"]> = new Set(["text", "md", "url", "path", "notebook", "json"]);

/** How a run ended, without the run's secrets. */
export function hideSecretsOfOutcome(outcome: RunOutcome, secrets: SecretMask): RunOutcome {
  return secrets.hideIn(outcome, new Set(["status", "reason", "firstFailedStepKey", "failedStepKeys"]));
}
