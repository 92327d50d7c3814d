// The numbers project: one computation as a job of ops and as assets, both on schedules, the job also when a file appears.
import { existsSync } from "node:fs";
import {
  asset,
  AssetSelection,
  defineAssetJob,
  definitions,
  job,
  multiprocessExecutor,
  op,
  runRequest,
  schedule,
  sensor,
  skipReason,
} from "dagwright";
import { z } from "zod";

const numberList = z.array(z.number());
const isEven = (n: number) => n % 2 === 0;
const isOdd = (n: number) => !isEven(n);
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

// ---- ops and a job -------------------------------------------------------------------------------------------
const generateNumbers = op("generate_numbers", { description: "Generate 1..10", out: numberList }, () =>
  Array.from({ length: 10 }, (_, i) => i + 1),
);
const filterEvenNumbers = op("filter_even_numbers", { ins: { numbers: numberList }, out: numberList }, ({ numbers }) =>
  numbers.filter(isEven),
);
const filterOddNumbers = op("filter_odd_numbers", { ins: { numbers: numberList }, out: numberList }, ({ numbers }) =>
  numbers.filter(isOdd),
);
const sumEvenNumbers = op("sum_even_numbers", { ins: { numbers: numberList }, out: z.number() }, ({ numbers }) => sum(numbers));
const sumOddNumbers = op("sum_odd_numbers", { ins: { numbers: numberList }, out: z.number() }, ({ numbers }) => sum(numbers));
const sumTwoSums = op("sum_two_sums", { ins: { first: z.number(), second: z.number() } }, ({ first, second }, context) => {
  context.log.info(`${first} + ${second}`);
  return first + second;
});

// Calling an op inside a job wires it and returns a typed handle; nothing runs here.
const processNumbers = job(
  "process_numbers",
  {
    description: "Process numbers",
    tags: { domain: "numbers" },
    executor: multiprocessExecutor({ maxConcurrent: 4 }),
  },
  () => {
    const numbers = generateNumbers();
    const first = sumEvenNumbers({ numbers: filterEvenNumbers({ numbers }) });
    const second = sumOddNumbers({ numbers: filterOddNumbers({ numbers }) });
    sumTwoSums({ first, second }); // passing `numbers` here is a compile error
  },
);

// ---- the same as assets: inputs are references to other assets, and carry their types ------------------------
const numbers = { group: "numbers", kinds: ["typescript"] };
const generatedNumbers = asset("generated_numbers", numbers, () => Array.from({ length: 10 }, (_, i) => i + 1));
const filteredEvenNumbers = asset("filtered_even_numbers", { ...numbers, ins: { generatedNumbers } }, ({ generatedNumbers }) =>
  generatedNumbers.filter(isEven),
);
const filteredOddNumbers = asset("filtered_odd_numbers", { ...numbers, ins: { generatedNumbers } }, ({ generatedNumbers }) =>
  generatedNumbers.filter(isOdd),
);
const summedEvenNumbers = asset("summed_even_numbers", { ...numbers, ins: { filteredEvenNumbers } }, ({ filteredEvenNumbers }) =>
  sum(filteredEvenNumbers),
);
const summedOddNumbers = asset("summed_odd_numbers", { ...numbers, ins: { filteredOddNumbers } }, ({ filteredOddNumbers }) =>
  sum(filteredOddNumbers),
);
const summedTwoSums = asset(
  "summed_two_sums",
  { ...numbers, ins: { summedEvenNumbers, summedOddNumbers } },
  ({ summedEvenNumbers, summedOddNumbers }) => summedEvenNumbers + summedOddNumbers,
);

const processNumbersAsset = defineAssetJob("process_numbers_asset", { selection: AssetSelection.groups("numbers") });

// ---- triggers ------------------------------------------------------------------------------------------------
const checkFileSensor = sensor("check_file_sensor", { job: processNumbers, minimumIntervalSeconds: 5 }, function* () {
  if (existsSync(process.env["CHECK_FILE"] ?? "/check")) yield runRequest({ runKey: "check_file_exists" });
  else yield skipReason("check file not exists");
});

export default definitions({
  assets: [generatedNumbers, filteredEvenNumbers, filteredOddNumbers, summedEvenNumbers, summedOddNumbers, summedTwoSums],
  jobs: [processNumbers, processNumbersAsset],
  schedules: [
    schedule("process_numbers_every_minute", { job: processNumbers, cron: "* * * * *" }),
    schedule("process_numbers_asset_every_minute", { job: processNumbersAsset, cron: "* * * * *" }),
  ],
  sensors: [checkFileSensor],
});
