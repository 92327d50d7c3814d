import { dirname } from "node:path";
import type { GenerationRef } from "../protocol.ts";
import { type ErrorLocation, locateError } from "./error-location.ts";

/** Where in the user's project an error comes from: in the entry's own folder first, then in the location's working directory. */
export const locateInGeneration = (error: unknown, generation: GenerationRef): ErrorLocation | null =>
  locateError(error, dirname(generation.sourceFile)) ?? locateError(error, generation.workingDirectory);
