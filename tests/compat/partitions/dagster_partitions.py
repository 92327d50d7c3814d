"""Answers, with Dagster's own code, what the cases on stdin ask about partitions. One JSON document in, one out."""

import json
import sys
import warnings
from datetime import datetime, timezone

warnings.filterwarnings("ignore")

import dagster as dg
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.definitions.partitions.utils.mapping import infer_partition_mapping
from dagster._core.definitions.timestamp import TimestampWithTimezone


def moment(ms):
    return datetime.fromtimestamp(ms / 1000, tz=timezone.utc)


def definition(snapshot):
    kind = snapshot["kind"]
    if kind == "static":
        return dg.StaticPartitionsDefinition(snapshot["keys"])
    if kind == "multi":
        return dg.MultiPartitionsDefinition({each["name"]: definition(each["partitions"]) for each in snapshot["dimensions"]})
    zone = snapshot["timeZone"]
    end = snapshot["endMs"]
    return dg.TimeWindowPartitionsDefinition(
        start=TimestampWithTimezone(snapshot["startMs"] / 1000, zone),
        end=None if end is None else TimestampWithTimezone(end / 1000, zone),
        fmt=snapshot["keyFormat"],
        timezone=zone,
        end_offset=snapshot["endOffset"],
        cron_schedule=snapshot["cron"],
    )


def mapping(snapshot):
    kind = snapshot["kind"]
    if kind == "identity":
        return dg.IdentityPartitionMapping()
    if kind == "all":
        return dg.AllPartitionMapping()
    if kind == "last":
        return dg.LastPartitionMapping()
    if kind == "specific":
        return dg.SpecificPartitionsPartitionMapping(snapshot["keys"])
    if kind == "static":
        by_upstream = {}
        for downstream, upstream_keys in snapshot["upstreamKeys"].items():
            for upstream in upstream_keys:
                by_upstream.setdefault(upstream, []).append(downstream)
        return dg.StaticPartitionMapping(by_upstream)
    if kind == "timeWindow":
        return dg.TimeWindowPartitionMapping(
            start_offset=snapshot["startOffset"],
            end_offset=snapshot["endOffset"],
            allow_nonexistent_upstream_partitions=snapshot["allowsNonexistentUpstream"],
        )
    if kind == "multiToSingle":
        return dg.MultiToSingleDimensionPartitionMapping(snapshot["dimension"])
    return dg.MultiPartitionMapping(
        {
            each["upstreamDimension"]: dg.DimensionPartitionMapping(downstream, mapping(each["mapping"]))
            for downstream, each in snapshot["dimensions"].items()
        }
    )


def keys(case):
    partitions = definition(case["partitions"])
    with partition_loading_context(moment(case["nowMs"])):
        found = [str(key) for key in partitions.get_partition_keys()]
        answer = {"keys": found, "first": partitions.get_first_partition_key(), "last": partitions.get_last_partition_key()}
        if case["partitions"]["kind"] == "timeWindow":
            windows = [partitions.time_window_for_partition_key(key) for key in found]
            answer["windows"] = [[round(w.start.timestamp() * 1000), round(w.end.timestamp() * 1000)] for w in windows]
            answer["has"] = {key: partitions.has_partition_key(key) for key in case["asked"]}
        return answer


def key_range(case):
    partitions = definition(case["partitions"])
    with partition_loading_context(moment(case["nowMs"])):
        return [str(key) for key in partitions.get_partition_keys_in_range(dg.PartitionKeyRange(case["start"], case["end"]))]


def map_keys(case):
    upstream, downstream = definition(case["upstream"]), definition(case["downstream"])
    asked = mapping(case["mapping"])
    now = moment(case["nowMs"])
    with partition_loading_context(now):
        result = asked.get_upstream_mapped_partitions_result_for_partitions(
            downstream.subset_with_partition_keys(case["downstreamKeys"]), downstream, upstream
        )
        readers = asked.get_downstream_partitions_for_partitions(
            upstream.subset_with_partition_keys(case["upstreamKeys"]), upstream, downstream
        )
        return {
            "upstream": sorted(str(key) for key in result.partitions_subset.get_partition_keys()),
            "missing": sorted(str(key) for key in result.required_but_nonexistent_subset.get_partition_keys()),
            "downstream": sorted(str(key) for key in readers.get_partition_keys()),
        }


def builder(case):
    definitions = {
        "hourly": dg.HourlyPartitionsDefinition,
        "daily": dg.DailyPartitionsDefinition,
        "weekly": dg.WeeklyPartitionsDefinition,
        "monthly": dg.MonthlyPartitionsDefinition,
    }
    partitions = definitions[case["builder"]](**case["arguments"])
    return {
        "cron": partitions.cron_schedule,
        "timeZone": partitions.timezone,
        "startMs": round(partitions.start_timestamp * 1000),
        "endMs": None if partitions.end_timestamp is None else round(partitions.end_timestamp * 1000),
        "keyFormat": partitions.fmt,
        "endOffset": partitions.end_offset,
    }


def default_mapping(case):
    found = infer_partition_mapping(
        None,
        None if case["downstream"] is None else definition(case["downstream"]),
        None if case["upstream"] is None else definition(case["upstream"]),
    )
    return type(found).__name__


answers = {"keys": keys, "range": key_range, "map": map_keys, "builder": builder, "default": default_mapping}


def answer(case):
    try:
        return {"answer": answers[case["ask"]](case)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
