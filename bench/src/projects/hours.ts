import { asset, definitions, staticPartitions } from "dagwright";

const hours = asset(
  "hours",
  { partitions: staticPartitions(Array.from({ length: 10_000 }, (_, hour) => `hour-${hour}`)) },
  () => 1,
);

export default definitions({ assets: [hours] });
