import { type Asset, asset, definitions } from "dagwright";

const width = 100;
const reach = 3;

/** Assets in layers of 100, each made from three of the layer before. How many: `LAYERED_ASSETS`. */
function layers(count: number): readonly Asset<unknown>[] {
  const made: Asset<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    const layer = Math.floor(index / width);
    const before = (offset: number): Asset<unknown> => made[(layer - 1) * width + ((index + offset * 7) % width)]!;
    const ins = layer === 0 ? {} : Object.fromEntries(Array.from({ length: reach }, (_, at) => [`in_${at}`, before(at)]));
    made.push(asset(`layer_${layer}/asset_${index}`, { group: `group_${index % 20}`, ins }, () => index));
  }
  return made;
}

export default definitions({ assets: layers(Number(process.env["LAYERED_ASSETS"] ?? "100")) });
