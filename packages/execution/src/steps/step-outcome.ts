import type { Metadata, RunLogEntry, SerializedError, StepFailureEvent } from "@dagwright/model";

/** What became of one try of a step. Plain data: it travels over process borders. */
export type StepOutcome = (
  | {
      readonly kind: "success";
      readonly durationMs: number;
      /** Names of the outputs that were made; an optional one may be absent. */
      readonly outputs: readonly string[];
      /** Of dynamic outputs, by name, in the order in which they were made. */
      readonly mappingKeys?: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly kind: "failure";
      readonly error: SerializedError;
      readonly errorSource: StepFailureEvent["errorSource"];
      /** False: no retry policy applies. */
      readonly allowRetries?: false;
      /** The op asks for another try, whatever its policy. */
      readonly requested?: { readonly maxRetries: number; readonly secondsToWait: number };
      /** What the op says of its failure. */
      readonly metadata?: Metadata;
    }
) & {
  /** It goes on although it has failed, in this process: what it uses must be left alone. */
  readonly isAbandoned?: true;
  /** When it ended; absent: now. */
  readonly endedAtMs?: number;
  /** What hooks did after it had ended: to be told after its end. */
  readonly afterwards?: readonly RunLogEntry[];
};
