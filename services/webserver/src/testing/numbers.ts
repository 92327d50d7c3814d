import {
  asset,
  assetCheck,
  AssetSelection,
  defineAssetJob,
  definitions,
  graph,
  job,
  op,
  partitionedConfig,
  schedule,
  sensor,
  skipReason,
} from "@dagwright/definitions";
import { dailyPartitions } from "@dagwright/partitions";
import { z } from "zod";

/** The numbers project, with an op that takes config and a nested graph. Only its shape is used: nothing of it runs here. */
const list = z.array(z.number());
const generateNumbers = op("generate_numbers", { description: "Generate 1..10", out: list }, () => [1, 2]);
const filterEvenNumbers = op("filter_even_numbers", { ins: { numbers: list }, out: list }, ({ numbers }) => numbers);
const filterOddNumbers = op("filter_odd_numbers", { ins: { numbers: list }, out: list }, ({ numbers }) => numbers);
const sumEvenNumbers = op("sum_even_numbers", { ins: { numbers: list }, out: z.number() }, () => 1);
const sumOddNumbers = op("sum_odd_numbers", { ins: { numbers: list }, out: z.number() }, () => 1);
const sumTwoSums = op("sum_two_sums", { ins: { first: z.number(), second: z.number() } }, () => 1);

const processNumbers = job("process_numbers", { description: "Process numbers", tags: { domain: "numbers" } }, () => {
  const numbers = generateNumbers();
  sumTwoSums({
    first: sumEvenNumbers({ numbers: filterEvenNumbers({ numbers }) }),
    second: sumOddNumbers({ numbers: filterOddNumbers({ numbers }) }),
  });
});

const fetchUrls = op(
  "fetch_urls",
  { config: z.object({ urls: z.array(z.string()), retries: z.number().int().default(3) }), out: list },
  () => [1],
);
const evens = graph("evens", { ins: { numbers: list } }, ({ numbers }) =>
  sumEvenNumbers({ numbers: filterEvenNumbers({ numbers }) }),
);
const configured = job("configured", {}, () => {
  evens({ numbers: fetchUrls() });
});

const loadOrders = op("load_orders", { config: z.object({ day: z.string() }) }, () => {});
const dailyOrders = job(
  "daily_orders",
  {
    config: partitionedConfig(dailyPartitions({ startDate: "2026-01-01" }), (day) => ({
      ops: { load_orders: { config: { day } } },
    })),
  },
  () => {
    loadOrders();
  },
);

const grouped = { group: "numbers", kinds: ["typescript"] };
const generatedNumbers = asset("generated_numbers", grouped, () => [1]);
const filteredEvenNumbers = asset("filtered_even_numbers", { ...grouped, ins: { generatedNumbers } }, () => [1]);
const summedEvenNumbers = asset("summed_even_numbers", { ...grouped, ins: { filteredEvenNumbers } }, () => 1);

export const numbers = definitions({
  assetChecks: [assetCheck("positive", { asset: generatedNumbers, description: "Above zero", blocking: true }, () => true)],
  assets: [generatedNumbers, filteredEvenNumbers, summedEvenNumbers],
  jobs: [
    processNumbers,
    configured,
    dailyOrders,
    defineAssetJob("process_numbers_asset", { selection: AssetSelection.groups("numbers") }),
  ],
  schedules: [schedule("process_numbers_every_minute", { job: processNumbers, cron: "* * * * *" })],
  sensors: [
    sensor("check_file_sensor", { job: processNumbers, minimumIntervalSeconds: 5 }, function* () {
      yield skipReason("check file not exists");
    }),
  ],
});
