import { asset, AssetSelection, defineAssetJob, inProcessExecutor, job, materializeResult, metadata, op } from "dagwright";
import { z } from "zod";

const ints = z.array(z.int());
const isEven = (n: number): boolean => n % 2 === 0;
const isOdd = (n: number): boolean => !isEven(n);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const oneToTen = (): number[] => Array.from({ length: 10 }, (_, index) => index + 1);

const generateNumbers = op(
  "generate_numbers",
  { description: "Numbers from 1 to 10", tags: { kind: "source" }, out: ints },
  oneToTen,
);
const filterEvenNumbers = op("filter_even_numbers", { ins: { numbers: ints }, out: ints }, ({ numbers }) =>
  numbers.filter(isEven),
);
const filterOddNumbers = op("filter_odd_numbers", { ins: { numbers: ints }, out: ints }, ({ numbers }) => numbers.filter(isOdd));
const sumEvenNumbers = op("sum_even_numbers", { ins: { numbers: ints }, out: z.int() }, ({ numbers }) => sum(numbers));
const sumOddNumbers = op("sum_odd_numbers", { ins: { numbers: ints }, out: z.int() }, ({ numbers }) => sum(numbers));
const sumTwoSums = op(
  "sum_two_sums",
  { ins: { first: z.int(), second: z.int() }, out: z.int() },
  ({ first, second }) => first + second,
);

const processNumbers = job(
  "process_numbers",
  { description: "Process numbers", tags: { domain: "numbers" }, executor: inProcessExecutor },
  () => {
    const numbers = generateNumbers();
    const first = sumEvenNumbers({ numbers: filterEvenNumbers({ numbers }) });
    sumTwoSums({ first, second: sumOddNumbers({ numbers: filterOddNumbers({ numbers }) }) });
  },
);

const group = { group: "numbers", kinds: ["table"], owners: ["team:data"] };
const generatedNumbers = asset(
  "generated_numbers",
  { ...group, description: "Numbers from 1 to 10", codeVersion: "1", tags: { tier: "gold" }, metadata: { rows: 10 } },
  oneToTen,
);
const filteredEvenNumbers = asset("filtered_even_numbers", { ...group, ins: { generated_numbers: generatedNumbers } }, (ins) =>
  materializeResult({
    value: ins.generated_numbers.filter(isEven),
    metadata: {
      count: 5,
      share: 0.5,
      note: "even",
      doc: metadata.md("**even**"),
      home: metadata.url("https://example.com"),
      where: metadata.path("/tmp/even"),
      raw: metadata.json({ a: [1, 2] }),
      good: true,
      nothing: metadata.null(),
    },
    tags: { batch: "1" },
  }),
);
const filteredOddNumbers = asset("filtered_odd_numbers", { ...group, ins: { generated_numbers: generatedNumbers } }, (ins) =>
  ins.generated_numbers.filter(isOdd),
);
const summedEvenNumbers = asset("summed_even_numbers", { ...group, ins: { filtered_even_numbers: filteredEvenNumbers } }, (ins) =>
  sum(ins.filtered_even_numbers),
);
const summedOddNumbers = asset("summed_odd_numbers", { ...group, ins: { filtered_odd_numbers: filteredOddNumbers } }, (ins) =>
  sum(ins.filtered_odd_numbers),
);
const summedTwoSums = asset(
  "summed_two_sums",
  { ...group, ins: { summed_even_numbers: summedEvenNumbers, summed_odd_numbers: summedOddNumbers } },
  (ins) => ins.summed_even_numbers + ins.summed_odd_numbers,
);

const processNumbersAsset = defineAssetJob("process_numbers_asset", {
  selection: AssetSelection.groups("numbers"),
  executor: inProcessExecutor,
  tags: { team: "data" },
});

export const assets = [
  generatedNumbers,
  filteredEvenNumbers,
  filteredOddNumbers,
  summedEvenNumbers,
  summedOddNumbers,
  summedTwoSums,
];
export const jobs = [processNumbers, processNumbersAsset];
export { processNumbers };
