"""Resources, and ops whose config has every kind of field; the same as resources.ts."""

import dagster as dg


@dg.resource(config_schema={"url": str, "retries": dg.Field(int, default_value=3)}, description="Where rows go")
def warehouse(init):
    return init.resource_config["url"]


@dg.op(
    required_resource_keys={"warehouse"},
    config_schema={
        "table": dg.Field(str, description="Into which table"),
        "limit": dg.Field(int, default_value=10),
        "share": dg.Field(float, is_required=False),
        "dry": dg.Field(bool, default_value=False),
        "columns": dg.Field([str], default_value=["id"]),
        "mode": dg.Field(dg.Enum("Mode", [dg.EnumValue("append"), dg.EnumValue("replace")]), default_value="append"),
        "options": dg.Field(dg.Map(str, int), is_required=False),
        "target": dg.Field(dg.Selector({"file": {"path": str}, "http": {"host": str}})),
    },
)
def write(context) -> str:
    return context.op_config["table"]


@dg.job(
    resource_defs={"warehouse": warehouse},
    executor_def=dg.in_process_executor,
)
def configured():
    write()


definitions = dict(jobs=[configured], resources={"warehouse": warehouse})
