import {
  dynamicOut,
  dynamicOutput,
  executeInProcess,
  graph,
  inProcessExecutor,
  job,
  type JobDefinition,
  op,
  opOut,
  output,
} from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition) => () => executeInProcess(one, { raiseOnError: false });
const inProcess = { executor: inProcessExecutor };

const pieces = op("pieces", { out: dynamicOut(number) }, function* () {
  for (const one of [1, 2, 3]) yield dynamicOutput(one, { mappingKey: `piece_${one}` });
});
const noPieces = op("no_pieces", { out: dynamicOut(number) }, () => []);
const noOptionalPieces = op("no_optional_pieces", { out: dynamicOut(number, { isRequired: false }) }, () => []);
const twiceTheSame = op("twice_the_same", { out: dynamicOut(number) }, () => [
  dynamicOutput(1, { mappingKey: "same" }),
  dynamicOutput(2, { mappingKey: "same" }),
]);
const brokenPieces = op("broken_pieces", { out: dynamicOut(number) }, function* () {
  yield dynamicOutput(1, { mappingKey: "first" });
  throw new Error("broken");
});
const numbersAndTotal = op("numbers_and_total", { outs: { numbers: dynamicOut(number), total: number } }, function* () {
  yield dynamicOutput(1, { mappingKey: "a", outputName: "numbers" });
  yield output(3, { outputName: "total" });
  yield dynamicOutput(2, { mappingKey: "b", outputName: "numbers" });
});
const double = op("double", { ins: { number }, out: number }, (ins) => ins.number * 2);
const increment = op("increment", { ins: { number }, out: number }, (ins) => ins.number + 1);
const failOnTwo = op("fail_on_two", { ins: { number }, out: number }, (ins) => {
  if (ins.number === 2) throw new Error("two");
  return ins.number;
});
const onlyOdd = op("only_odd", { ins: { number }, out: opOut(number, { isRequired: false }) }, (ins) =>
  ins.number % 2 === 1 ? ins.number : undefined,
);
const share = op("share", { ins: { number, total: number }, out: number }, (ins) => ins.number + ins.total);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) =>
  numbers.reduce((a, b) => a + b, 0),
);
const after = op("after", { ins: { number }, out: number }, (ins) => ins.number);

const doubleAndIncrement = graph("double_and_increment", { ins: { number } }, (ins) =>
  increment({ number: double({ number: ins.number }) }),
);

const mapAndCollect = job("map_and_collect", inProcess, () => {
  const doubled = pieces().map((one) => double({ number: one }));
  after({ number: total({ numbers: doubled.collect() }) });
});
const collectAtOnce = job("collect_at_once", inProcess, () => {
  total({ numbers: pieces().collect() });
});
const chainedMaps = job("chained_maps", inProcess, () => {
  const doubled = pieces().map((one) => double({ number: one }));
  total({ numbers: doubled.map((one) => increment({ number: one })).collect() });
});
const mapSeveral = job("map_several", inProcess, () => {
  const found = pieces();
  total({ numbers: found.map((one) => increment({ number: double({ number: one }) })).collect() });
  total.alias("total_again")({ numbers: found.collect() });
});
const nothingToMap = job("nothing_to_map", inProcess, () => {
  const doubled = noPieces().map((one) => double({ number: one }));
  after({ number: total({ numbers: doubled.collect() }) });
});
const optionalNothingToMap = job("optional_nothing_to_map", inProcess, () => {
  const doubled = noOptionalPieces().map((one) => double({ number: one }));
  after({ number: total({ numbers: doubled.collect() }) });
});
const sameKeyTwice = job("same_key_twice", inProcess, () => {
  total({
    numbers: twiceTheSame()
      .map((one) => double({ number: one }))
      .collect(),
  });
});
const failingSource = job("failing_source", inProcess, () => {
  total({
    numbers: brokenPieces()
      .map((one) => double({ number: one }))
      .collect(),
  });
});
const oneFails = job("one_fails", inProcess, () => {
  const kept = pieces().map((one) => failOnTwo({ number: one }));
  after({ number: total({ numbers: kept.map((one) => increment({ number: one })).collect() }) });
});
const someAbsent = job("some_absent", inProcess, () => {
  const odd = pieces().map((one) => onlyOdd({ number: one }));
  total({ numbers: odd.map((one) => increment({ number: one })).collect() });
});
const besidePlainOutput = job("beside_plain_output", inProcess, () => {
  const made = numbersAndTotal();
  total({ numbers: made.numbers.map((one) => share({ number: one, total: made.total })).collect() });
});
const mappedGraph = job("mapped_graph", inProcess, () => {
  total({
    numbers: pieces()
      .map((one) => doubleAndIncrement({ number: one }))
      .collect(),
  });
});

export const cases: Cases = {
  "mapped and collected": run(mapAndCollect),
  "collected without a map": run(collectAtOnce),
  "maps one after the other": run(chainedMaps),
  "two ops in one map, and a second collect": run(mapSeveral),
  "no pieces: collect gets an empty list": run(nothingToMap),
  "no pieces of an optional output: collect is skipped": run(optionalNothingToMap),
  "a mapping key that comes twice": run(sameKeyTwice),
  "a dynamic op that fails half-way": run(failingSource),
  "one mapped step fails": run(oneFails),
  "some mapped steps make nothing": run(someAbsent),
  "beside a plain output, which every mapped step reads": run(besidePlainOutput),
  "a graph that is mapped": run(mappedGraph),
};
