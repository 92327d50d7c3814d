import { block } from "../../config-file/block.ts";
import { boolean, integer, opaqueMapping, text } from "../../config-file/scalars.ts";

/** Keys that every cloud compute log manager of Dagster's first family has. */
const shared = {
  local_dir: text().optional(),
  prefix: text().optional(),
  skip_empty_files: boolean().optional(),
  upload_interval: integer({ min: 0 }).optional(),
  show_url_only: boolean().optional(),
};

/** The config of `dagster_aws.s3 S3ComputeLogManager`. */
export const s3LogsConfig = block({
  ...shared,
  bucket: text(),
  use_ssl: boolean().optional(),
  verify: boolean().optional(),
  verify_cert_path: text().optional(),
  endpoint_url: text().optional(),
  region: text().optional(),
  upload_extra_args: opaqueMapping().optional(),
});

/** The config of `dagster_azure.blob AzureBlobComputeLogManager`. */
export const azureBlobLogsConfig = block({
  ...shared,
  storage_account: text(),
  container: text(),
  secret_credential: opaqueMapping().optional(),
  secret_key: text().optional(),
  default_azure_credential: opaqueMapping().optional(),
  access_key_or_sas_token: text().optional(),
});

/** The config of `dagster_gcp.gcs GCSComputeLogManager`. */
export const gcsLogsConfig = block({
  ...shared,
  bucket: text(),
  json_credentials_envvar: text().optional(),
});

/** Keys of the second family, `dagster_obstore`. */
const obstore = {
  ...shared,
  allow_http: boolean().optional(),
  allow_invalid_certificates: boolean().optional(),
  timeout: text().optional(),
};

export const obstoreS3LogsConfig = block({
  ...obstore,
  bucket: text(),
  access_key_id: text().optional(),
  secret_access_key: text().optional(),
  endpoint: text().optional(),
  region: text().optional(),
  extra_s3_args: opaqueMapping().optional(),
});

export const obstoreAzureLogsConfig = block({
  ...obstore,
  storage_account: text(),
  container: text(),
  client_id: text().optional(),
  client_secret: text().optional(),
  tenant_id: text().optional(),
  sas_token: text().optional(),
  access_key: text().optional(),
  use_azure_cli: boolean().optional(),
  extra_azure_args: opaqueMapping().optional(),
});

export const obstoreGcsLogsConfig = block({
  ...obstore,
  bucket: text(),
  service_account: text().optional(),
  service_account_key: text().optional(),
  service_account_path: text().optional(),
  extra_gcs_args: opaqueMapping().optional(),
});
