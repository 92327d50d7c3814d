"""The assets of layered-assets.ts, for Dagster."""

import os

import dagster as dg

WIDTH, REACH = 100, 3
COUNT = int(os.environ.get("LAYERED_ASSETS", "100"))


def key(index):
    return dg.AssetKey([f"layer_{index // WIDTH}", f"asset_{index}"])


def make(index):
    layer = index // WIDTH
    before = [] if layer == 0 else sorted({(layer - 1) * WIDTH + (index + at * 7) % WIDTH for at in range(REACH)})

    @dg.asset(key=key(index), deps=[key(each) for each in before], group_name=f"group_{index % 20}")
    def made():
        return index

    return made


defs = dg.Definitions(assets=[make(index) for index in range(COUNT)])
