import { block, list } from "../../config-file/block.ts";
import { opaqueMapping, text } from "../../config-file/scalars.ts";

/** The config of `dagster_docker DockerRunLauncher`. */
export const dockerRunLauncherConfig = block({
  image: text().optional(),
  registry: block({ url: text(), username: text(), password: text() }).optional(),
  env_vars: list(text()).optional(),
  network: text().optional(),
  networks: list(text()).optional(),
  container_kwargs: opaqueMapping().optional(),
});
