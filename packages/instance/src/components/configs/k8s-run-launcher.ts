import { z } from "zod";
import { block, list } from "../../config-file/block.ts";
import { boolean, opaqueMapping, text, textMapping } from "../../config-file/scalars.ts";

/** The config of `dagster_k8s K8sRunLauncher`. */
export const k8sRunLauncherConfig = block({
  job_image: text().optional(),
  image_pull_policy: text().optional(),
  image_pull_secrets: list(opaqueMapping()).optional(),
  service_account_name: text().optional(),
  env_config_maps: list(text()).optional(),
  env_secrets: list(text()).optional(),
  env_vars: list(text()).optional(),
  volume_mounts: list(opaqueMapping()).optional(),
  volumes: list(opaqueMapping()).optional(),
  labels: textMapping().optional(),
  resources: opaqueMapping().optional(),
  scheduler_name: text().optional(),
  security_context: opaqueMapping().optional(),
  instance_config_map: text().optional(),
  postgres_password_secret: text().optional(),
  dagster_home: text().optional(),
  load_incluster_config: boolean().optional(),
  kubeconfig_file: text().optional(),
  k8s_api_ssl_ca_cert_file: text().optional(),
  fail_pod_on_run_failure: boolean().optional(),
  run_k8s_config: opaqueMapping().optional(),
  job_namespace: text().optional(),
  only_allow_user_defined_k8s_config_fields: z.unknown().optional(),
  only_allow_user_defined_env_vars: list(text()).optional(),
});
