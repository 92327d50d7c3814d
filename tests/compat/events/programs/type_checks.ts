import { asset, executeInProcess, inProcessExecutor, job, type JobDefinition, materialize, op } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const positive = z.int().positive();

const wrongOutput = op("wrong_output", { out: positive }, () => -1);
const sound = op("sound", { out: positive }, () => 1);
const negative = op("negative", {}, () => -1);
const reads = op("reads", { ins: { number: positive } }, ({ number }) => number);
const oneOfTwo = op("one_of_two", { outs: { good: positive, bad: positive } }, () => ({ good: 1, bad: -1 }));

const inProcess = { executor: inProcessExecutor };
const outputThatDoesNotFit = job("output_that_does_not_fit", inProcess, () => void reads({ number: wrongOutput() }));
const inputThatDoesNotFit = job("input_that_does_not_fit", inProcess, () => void reads({ number: negative() }));
const allFits = job("all_fits", inProcess, () => void reads({ number: sound() }));
const secondOutput = job("second_output", inProcess, () => void oneOfTwo());

const wrongAsset = asset("wrong_asset", { out: positive }, () => -1);
const downstream = asset("downstream", { ins: { wrongAsset } }, ({ wrongAsset: value }) => value);

const run = (program: JobDefinition) => () => executeInProcess(program, { raiseOnError: false });

export const cases: Cases = {
  "values that fit": run(allFits),
  "an output that does not fit": run(outputThatDoesNotFit),
  "an input that does not fit": run(inputThatDoesNotFit),
  "the second of two outputs does not fit": run(secondOutput),
  "an asset whose value does not fit": () => materialize([wrongAsset, downstream], { raiseOnError: false }),
};
