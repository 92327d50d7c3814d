import { type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import { checkOptions, type OptionNames } from "./option-names.ts";
import { captureSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";

/** By symbol and not by class: an op may throw what another copy of this package made. */
const key: unique symbol = Symbol.for("dagwright.stepFailure");

/** What {@link failure} takes. */
export interface FailureOptions {
  readonly description?: string;
  /** Shown with the step's failure. */
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** False: no retry policy applies. Default true. */
  readonly allowRetries?: boolean;
  readonly cause?: unknown;
}

/** What {@link retryRequested} takes. */
export interface RetryRequestedOptions {
  /** Default 1. */
  readonly maxRetries?: number;
  /** Seconds before the retry; default none. */
  readonly secondsToWait?: number;
  /** What went wrong. */
  readonly cause?: unknown;
}

const failureOptions: OptionNames<FailureOptions> = { description: "text", metadata: true, allowRetries: "flag", cause: true };
const retryOptions: OptionNames<RetryRequestedOptions> = { maxRetries: true, secondsToWait: true, cause: true };

/** What the thrown error asks for. */
export type FailureRequest =
  | { readonly kind: "failure"; readonly metadata: Metadata; readonly allowRetries: boolean }
  | { readonly kind: "retry"; readonly maxRetries: number; readonly secondsToWait: number };

class StepFailure extends Error {
  readonly [key]: FailureRequest;

  constructor(
    name: string,
    message: string,
    request: FailureRequest,
    options: ErrorOptions,
    below: (...args: never[]) => unknown,
  ) {
    super(message, options);
    this.name = name;
    this[key] = request;
    Error.captureStackTrace(this, below);
  }
}

/**
 * An error to throw from an op that fails on purpose: `throw failure({description: "no orders today", metadata: {day}})`.
 * The step's failure shows the description and the metadata.
 */
export function failure(options: FailureOptions = {}): Error {
  checkOptions("failure", options, failureOptions, failure);
  const { description, metadata, allowRetries = true, cause } = options;
  const request = { kind: "failure", metadata: toMetadata(metadata), allowRetries } as const;
  return new StepFailure("Failure", description ?? "", request, cause === undefined ? {} : { cause }, failure);
}

/**
 * An error to throw from an op that wants to be tried again, whatever its retry policy:
 * `throw retryRequested({maxRetries: 3, secondsToWait: 10, cause: error})`. After so many retries the step fails.
 */
export function retryRequested(options: RetryRequestedOptions = {}): Error {
  checkOptions("retryRequested", options, retryOptions, retryRequested);
  const { maxRetries = 1, secondsToWait = 0, cause } = options;
  const refuse = (problem: string): never => {
    throw new InvalidOptionError("retryRequested", problem, captureSite(retryRequested));
  };
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) refuse(`its maxRetries is ${maxRetries}; give a whole number from 0`);
  if (!(Number.isFinite(secondsToWait) && secondsToWait >= 0))
    refuse(`its secondsToWait is ${secondsToWait}; give seconds from 0`);
  const request = { kind: "retry", maxRetries, secondsToWait } as const;
  return new StepFailure(
    "RetryRequested",
    "A retry was requested",
    request,
    cause === undefined ? {} : { cause },
    retryRequested,
  );
}

/** What a thrown error asks for; null for any other error. */
export function failureRequestOf(thrown: unknown): FailureRequest | null {
  if (typeof thrown !== "object" || thrown === null) return null;
  return (thrown as { readonly [key]?: FailureRequest })[key] ?? null;
}
