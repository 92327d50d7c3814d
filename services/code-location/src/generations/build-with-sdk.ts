import { join } from "node:path";
import { serializeError } from "@dagwright/model";
import type { Logger } from "pino";
import type { ResolvedTarget } from "../code-target.ts";
import { CodeLoadError } from "../errors.ts";
import { buildCode, type BuildOutcome } from "./build-code.ts";
import { openSdkBundle, type SdkBundle } from "./sdk-bundle.ts";
import { findSdkPrograms, type SdkPrograms } from "./sdk-programs.ts";

export interface BuildWithSdkOutcome extends BuildOutcome {
  /** The programs that load the code, with the same copy of the SDK that it imports; or why there are none. */
  readonly programs: SdkPrograms | CodeLoadError;
}

/**
 * Builds a project's code so that it and the programs that load it share one fast copy of the SDK, where that is possible, and else the one
 * that is installed.
 *
 * @param codeDirectory - where copies of code and bundles of SDKs lie
 */
export async function buildWithSdk(target: ResolvedTarget, codeDirectory: string, log: Logger): Promise<BuildWithSdkOutcome> {
  const copyDirectory = join(codeDirectory, "copy");
  const installed = findPrograms(target);
  const bundle = installed instanceof CodeLoadError ? null : await bundleOf(installed, join(codeDirectory, ".sdk"), log);
  if (bundle === null) return { ...(await buildCode(target, copyDirectory)), programs: installed };
  const outcome = await buildCode(target, copyDirectory, bundle);
  const { unbundledSdk } = outcome.read;
  if (unbundledSdk === null) return { ...outcome, programs: bundle.programs };
  log.debug(
    { import: unbundledSdk },
    "the code imports a part of the SDK that is not bundled; all of it is loaded from where it is installed",
  );
  return { ...(await buildCode(target, copyDirectory)), programs: installed };
}

async function bundleOf(programs: SdkPrograms, directory: string, log: Logger): Promise<SdkBundle | null> {
  try {
    return await openSdkBundle(programs, directory);
  } catch (error) {
    log.warn({ error: serializeError(error) }, "the project's SDK could not be bundled; its processes will start more slowly");
    return null;
  }
}

/** A project without an SDK is told at its entry. */
function findPrograms(target: ResolvedTarget): SdkPrograms | CodeLoadError {
  try {
    return findSdkPrograms(target.sourceFile);
  } catch (error) {
    return new CodeLoadError(
      { error: serializeError(error), file: target.sourceFile, line: null, column: null },
      { cause: error },
    );
  }
}
