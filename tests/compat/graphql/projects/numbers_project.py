"""One computation as a job of ops and as assets; the same as numbers.ts."""

import dagster as dg


@dg.op(description="Numbers from 1 to 10", tags={"kind": "source"})
def generate_numbers() -> dg.List[int]:
    return list(range(1, 11))


@dg.op
def filter_even_numbers(numbers: dg.List[int]) -> dg.List[int]:
    return [n for n in numbers if n % 2 == 0]


@dg.op
def filter_odd_numbers(numbers: dg.List[int]) -> dg.List[int]:
    return [n for n in numbers if n % 2 != 0]


@dg.op
def sum_even_numbers(numbers: dg.List[int]) -> int:
    return sum(numbers)


@dg.op
def sum_odd_numbers(numbers: dg.List[int]) -> int:
    return sum(numbers)


@dg.op
def sum_two_sums(first: int, second: int) -> int:
    return first + second


@dg.job(description="Process numbers", tags={"domain": "numbers"}, executor_def=dg.in_process_executor)
def process_numbers():
    numbers = generate_numbers()
    sum_two_sums(sum_even_numbers(filter_even_numbers(numbers)), sum_odd_numbers(filter_odd_numbers(numbers)))


NUMBERS = {"group_name": "numbers", "kinds": {"table"}, "owners": ["team:data"]}


@dg.asset(**NUMBERS, description="Numbers from 1 to 10", code_version="1", tags={"tier": "gold"}, metadata={"rows": 10})
def generated_numbers():
    return list(range(1, 11))


@dg.asset(**NUMBERS)
def filtered_even_numbers(generated_numbers):
    return dg.MaterializeResult(
        value=[n for n in generated_numbers if n % 2 == 0],
        metadata={
            "count": 5,
            "share": 0.5,
            "note": "even",
            "doc": dg.MetadataValue.md("**even**"),
            "home": dg.MetadataValue.url("https://example.com"),
            "where": dg.MetadataValue.path("/tmp/even"),
            "raw": dg.MetadataValue.json({"a": [1, 2]}),
            "good": True,
            "nothing": None,
        },
        tags={"batch": "1"},
    )


@dg.asset(**NUMBERS)
def filtered_odd_numbers(generated_numbers):
    return [n for n in generated_numbers if n % 2 != 0]


@dg.asset(**NUMBERS)
def summed_even_numbers(filtered_even_numbers):
    return sum(filtered_even_numbers)


@dg.asset(**NUMBERS)
def summed_odd_numbers(filtered_odd_numbers):
    return sum(filtered_odd_numbers)


@dg.asset(**NUMBERS)
def summed_two_sums(summed_even_numbers, summed_odd_numbers):
    return summed_even_numbers + summed_odd_numbers


process_numbers_asset = dg.define_asset_job(
    "process_numbers_asset",
    selection=dg.AssetSelection.groups("numbers"),
    executor_def=dg.in_process_executor,
    tags={"team": "data"},
)

definitions = dict(
    assets=[
        generated_numbers,
        filtered_even_numbers,
        filtered_odd_numbers,
        summed_even_numbers,
        summed_odd_numbers,
        summed_two_sums,
    ],
    jobs=[process_numbers, process_numbers_asset],
)
