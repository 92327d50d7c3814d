import type { Step } from "../frame/step.ts";
import { assetSteps } from "./assets.ts";
import { definitionSteps } from "./definitions.ts";
import { deploymentSteps } from "./deployment.ts";
import { instigatorSteps } from "./instigators.ts";
import { partitionSteps } from "./partitions.ts";
import { runSteps } from "./runs.ts";

export const steps: readonly Step[] = [...definitionSteps, ...runSteps, ...assetSteps, ...partitionSteps, ...instigatorSteps];

/** What ends servers, and so comes after all else. */
export const lastSteps: readonly Step[] = deploymentSteps;
