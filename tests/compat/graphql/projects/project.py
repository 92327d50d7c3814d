"""All of the projects as one code location; the same as project.ts."""

import checks
import dagster as dg
import failures
import graphs
import numbers_project as numbers
import partitions
import resources
import triggers

definitions = dg.Definitions.merge(
    dg.Definitions(executor=dg.in_process_executor),
    *(dg.Definitions(**each.definitions) for each in [numbers, partitions, checks, resources, graphs, failures, triggers])
)
