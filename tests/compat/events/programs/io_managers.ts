import {
  asset,
  assetIn,
  executeInProcess,
  InMemoryIOManager,
  type InputContext,
  inProcessExecutor,
  job,
  type JobDefinition,
  materialize,
  op,
  opIn,
  opOut,
  type OutputContext,
} from "dagwright";
import { z } from "zod";
import type { Cases, Difference } from "../cases.ts";

const number = z.number();
const inProcess = { executor: inProcessExecutor };
const run = (one: JobDefinition, resources: () => Readonly<Record<string, unknown>>) => () =>
  executeInProcess(one, { raiseOnError: false, resources: resources() });

const memory = () => {
  const values = new InMemoryIOManager();
  return {
    handleOutput(context: OutputContext, value: unknown) {
      values.handleOutput(context, value);
      context.addMetadata({ stored: true });
    },
    loadInput(context: InputContext) {
      context.addMetadata({ loaded: true });
      return values.loadInput(context);
    },
  };
};
const fails = (problem: string) => (): never => {
  throw new Error(problem);
};
const cannotStore = { handleOutput: fails("disk is full"), loadInput: () => 1 };
const cannotLoad = { handleOutput: () => {}, loadInput: fails("gone") };
const secondTime = () => {
  let tries = 0;
  return {
    handleOutput() {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
    },
    loadInput: () => 1,
  };
};
const seven = { loadInput: () => 7 };
const broken = { loadInput: fails("no such reader") };

const make = op("make", { out: number }, () => 1);
const makeElsewhere = op("make_elsewhere", { out: opOut(number, { ioManagerKey: "other" }) }, () => 1);
const read = op("read", { ins: { number }, out: number }, (ins) => ins.number + 1);
const readOtherwise = op(
  "read_otherwise",
  { ins: { number: opIn(number, { inputManagerKey: "reader" }) }, out: number },
  (ins) => {
    if (ins.number !== 7) throw new Error(`read ${ins.number}`);
    return ins.number;
  },
);
const makeAgain = op("make_again", { out: number, retryPolicy: { maxRetries: 1 } }, () => 1);
const readBoth = op("read_both", { ins: { first: number, second: number } }, () => null);

const plain = job("plain", inProcess, () => {
  read({ number: make() });
});
const forOneOutput = job("for_one_output", inProcess, () => {
  read({ number: makeElsewhere() });
});
const triedAgain = job("storing_is_tried_again", inProcess, () => {
  read({ number: makeAgain() });
});
const otherReader = job("other_reader", inProcess, () => {
  readOtherwise({ number: make() });
});
const twice = job("the_same_value_twice", inProcess, () => {
  const one = make();
  readBoth({ first: one, second: one });
});

const numbers = asset("numbers", { ioManagerKey: "io_manager" }, () => [1]);
const readerOfNumbers = asset(
  "reader_of_numbers",
  { ins: { numbers: assetIn(numbers, { inputManagerKey: "reader" }) } },
  (ins) => {
    const given: unknown = ins.numbers;
    if (given !== 7) throw new Error(`read ${String(given)}`);
    return 7;
  },
);
const storesNothing = asset("stores_nothing", (): void => {});
const afterNothing = asset("after_nothing", { deps: [storesNothing] }, () => 1);

export const cases: Cases = {
  "a manager that tells of what it does": run(plain, () => ({ io_manager: memory() })),
  "another manager for one output": run(forOneOutput, () => ({ io_manager: memory(), other: memory() })),
  "storing fails": run(plain, () => ({ io_manager: cannotStore })),
  "loading fails": run(plain, () => ({ io_manager: cannotLoad })),
  "storing fails once, and the step is tried again": run(triedAgain, () => ({ io_manager: secondTime() })),
  "another manager reads the input": run(otherReader, () => ({ io_manager: memory(), reader: seven })),
  "another manager cannot read the input": run(otherReader, () => ({ io_manager: memory(), reader: broken })),
  "one value, read twice": run(twice, () => ({ io_manager: memory() })),
  "an asset that another manager reads": () =>
    materialize([numbers, readerOfNumbers], { raiseOnError: false, resources: { io_manager: memory(), reader: seven } }),
  "an asset without a value": () =>
    materialize([storesNothing, afterNothing], { raiseOnError: false, resources: { io_manager: memory() } }),
};

export const differences: Readonly<Record<string, Difference>> = {
  "an asset without a value": {
    reason:
      "Dagster reads off the annotation None that there is nothing to store; types are gone here when code runs, and `materializeResult()` says it",
    onlyOurs: ["stores_nothing 4 HANDLED_OUTPUT result", "stores_nothing 5 STEP_SUCCESS"],
    onlyDagster: ["stores_nothing 4 STEP_SUCCESS"],
  },
};
