import { block } from "../config-file/block.ts";
import { opaqueMapping } from "../config-file/scalars.ts";
import { component, type CustomComponent } from "./component.ts";
import { dockerRunLauncherConfig } from "./configs/docker-run-launcher.ts";
import { ecsRunLauncherConfig } from "./configs/ecs-run-launcher.ts";
import { k8sRunLauncherConfig } from "./configs/k8s-run-launcher.ts";

/** Which run launcher `dagster.yaml` asks for. */
export type RunLauncherSetting =
  /** The code location's own server starts the run's worker. */
  { readonly name: "DefaultRunLauncher" } | CustomComponent;

const instead = "leave run_launcher out, and the code location's server runs its runs";

/** `run_launcher`. */
export const runLauncher = component(
  [
    {
      className: "DefaultRunLauncher",
      olderNames: ["CliApiRunLauncher"],
      pythonPackage: "dagster",
      config: block({}).transform((): RunLauncherSetting => ({ name: "DefaultRunLauncher" })),
    },
    { className: "SyncInMemoryRunLauncher", pythonPackage: "dagster", config: opaqueMapping(), notBuilt: instead },
    { className: "DockerRunLauncher", pythonPackage: "dagster_docker", config: dockerRunLauncherConfig, notBuilt: instead },
    { className: "K8sRunLauncher", pythonPackage: "dagster_k8s", config: k8sRunLauncherConfig, notBuilt: instead },
    { className: "EcsRunLauncher", pythonPackage: "dagster_aws", config: ecsRunLauncherConfig, notBuilt: instead },
    { className: "CeleryK8sRunLauncher", pythonPackage: "dagster_celery_k8s", config: opaqueMapping(), notBuilt: instead },
  ],
  { noun: "run launcher", custom: true },
).transform((setting) => setting as RunLauncherSetting);
