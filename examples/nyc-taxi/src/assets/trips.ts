import { asset, assetCheck, buildMetadataBoundsChecks, checkResult, metadata, metadataKeys } from "dagwright";
import { z } from "zod";
import { days } from "../partitions.ts";
import { generateTrips, rawTrip } from "../trips/generate-trips.ts";

const trip = rawTrip.extend({ usd_per_km: z.number() });

/** The trips of a day as they were published. */
export const rawTrips = asset(
  "raw_trips",
  { group: "trips", kinds: ["duckdb"], partitions: days, codeVersion: "1", out: z.array(rawTrip) },
  (_, { addOutputMetadata, partition }) => {
    const rows = generateTrips(partition.key);
    addOutputMetadata({ source: `the generator, for ${partition.key}` });
    return rows;
  },
);

const columns = [
  { name: "id", constraints: { nullable: false, unique: true } },
  { name: "pickup_at", type: "timestamp", description: "UTC" },
  { name: "zone" },
  { name: "distance_km", type: "double", constraints: { other: ["> 0"] } },
  { name: "minutes", type: "double" },
  { name: "fare_usd", type: "double", constraints: { other: ["> 0"] } },
  { name: "usd_per_km", type: "double" },
];

/** The trips of a day without those that cannot have been. */
export const trips = asset(
  "trips",
  { group: "trips", kinds: ["duckdb"], partitions: days, codeVersion: "1", ins: { rawTrips }, out: z.array(trip) },
  ({ rawTrips }, { addOutputMetadata }) => {
    const rows = rawTrips
      .filter(({ distance_km, fare_usd }) => distance_km > 0 && fare_usd > 0)
      .map((one) => ({ ...one, usd_per_km: one.fare_usd / one.distance_km }));
    addOutputMetadata({
      dropped: rawTrips.length - rows.length,
      highest_fare: Math.max(0, ...rows.map(({ fare_usd }) => fare_usd)),
      [metadataKeys.columnSchema]: metadata.tableSchema({ columns }),
      [metadataKeys.columnLineage]: metadata.columnLineage({
        ...Object.fromEntries(columns.slice(0, -1).map(({ name }) => [name, [{ asset: "raw_trips", column: name }]])),
        usd_per_km: [
          { asset: "raw_trips", column: "fare_usd" },
          { asset: "raw_trips", column: "distance_km" },
        ],
      }),
    });
    return rows;
  },
);

/** A day with next to no trips is a day whose data did not arrive: nothing is made of it. */
const enoughTrips = assetCheck("enough_trips", { asset: trips, partitions: days, ins: { trips }, blocking: true }, ({ trips }) =>
  checkResult({ passed: trips.length >= 50, metadata: { trips: trips.length }, description: "A day has at least 50 trips." }),
);

const idsAreUnique = assetCheck("ids_are_unique", { asset: trips, partitions: days, ins: { trips } }, ({ trips }) =>
  checkResult({ passed: new Set(trips.map(({ id }) => id)).size === trips.length }),
);

export const tripChecks = [
  enoughTrips,
  idsAreUnique,
  ...buildMetadataBoundsChecks({ assets: [trips], metadataKey: "highest_fare", minValue: 3, maxValue: 100 }),
];
