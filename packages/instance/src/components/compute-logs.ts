import { block } from "../config-file/block.ts";
import { decimal, integer, name } from "../config-file/scalars.ts";
import { component, type CustomComponent } from "./component.ts";
import {
  azureBlobLogsConfig,
  gcsLogsConfig,
  obstoreAzureLogsConfig,
  obstoreGcsLogsConfig,
  obstoreS3LogsConfig,
  s3LogsConfig,
} from "./configs/cloud-compute-logs.ts";

/** Where the captured output of steps is kept. */
export type ComputeLogsSetting =
  | {
      readonly name: "LocalComputeLogManager";
      /** As written in the file, relative to home; null for `<home>/storage`. */
      readonly baseDir: string | null;
      /** How often a followed file is looked at where the file system tells nothing. Default 2.5. */
      readonly pollingTimeoutSeconds: number;
      /** Most bytes kept of one stream of one step; the rest is dropped and the stream says so. Default 1 GiB. */
      readonly maxStreamBytes: number;
    }
  /** Output is not kept. */
  | { readonly name: "NoOpComputeLogManager" }
  | CustomComponent;

const localConfig = block({
  base_dir: name().optional(),
  polling_timeout: decimal({ min: 0.01 }).default(2.5),
  max_stream_bytes: integer({ min: 1024 }).default(1024 ** 3),
}).transform((given): ComputeLogsSetting => ({
  name: "LocalComputeLogManager",
  baseDir: given.base_dir ?? null,
  pollingTimeoutSeconds: given.polling_timeout,
  maxStreamBytes: given.max_stream_bytes,
}));

/** What is in force when `dagster.yaml` does not say. */
export const defaultComputeLogs: ComputeLogsSetting = localConfig.parse({});

const instead = "use LocalComputeLogManager, or leave compute_logs out";

/** `compute_logs`. */
export const computeLogs = component(
  [
    { className: "LocalComputeLogManager", pythonPackage: "dagster", config: localConfig },
    {
      className: "NoOpComputeLogManager",
      pythonPackage: "dagster",
      config: block({}).transform((): ComputeLogsSetting => ({ name: "NoOpComputeLogManager" })),
    },
    { className: "S3ComputeLogManager", pythonPackage: "dagster_aws", config: s3LogsConfig, notBuilt: instead },
    { className: "AzureBlobComputeLogManager", pythonPackage: "dagster_azure", config: azureBlobLogsConfig, notBuilt: instead },
    { className: "AzureComputeLogManager", pythonPackage: "dagster_obstore", config: obstoreAzureLogsConfig, notBuilt: instead },
    { className: "GCSComputeLogManager", pythonPackage: "dagster_gcp", config: gcsLogsConfig, notBuilt: instead },
    { className: "GCSComputeLogManager", pythonPackage: "dagster_obstore", config: obstoreGcsLogsConfig, notBuilt: instead },
    { className: "S3ComputeLogManager", pythonPackage: "dagster_obstore", config: obstoreS3LogsConfig, notBuilt: instead },
  ],
  { noun: "compute log manager", custom: true },
).transform((setting) => setting as ComputeLogsSetting);
