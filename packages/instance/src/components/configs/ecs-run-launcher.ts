import { z } from "zod";
import { block, list } from "../../config-file/block.ts";
import { boolean, opaqueMapping, text } from "../../config-file/scalars.ts";

/** The config of `dagster_aws.ecs EcsRunLauncher`. */
export const ecsRunLauncherConfig = block({
  // A family's name, or a mapping that describes the task definition.
  task_definition: z.unknown().optional(),
  container_name: text().optional(),
  // Names, or mappings with `name` and `valueFrom`.
  secrets: list(z.unknown()).optional(),
  secrets_tag: text().optional(),
  env_vars: list(text()).optional(),
  include_sidecars: boolean().optional(),
  use_current_ecs_task_config: boolean().optional(),
  run_task_kwargs: opaqueMapping().optional(),
  run_resources: opaqueMapping().optional(),
  run_ecs_tags: list(opaqueMapping()).optional(),
  propagate_tags: opaqueMapping().optional(),
  task_definition_prefix: text().optional(),
});
