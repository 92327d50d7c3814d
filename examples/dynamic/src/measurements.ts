// The files that there is something to do with: one for each weather station, with a temperature for each day.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a bad sensor writes in place of a number. */
const broken = "n/a";

/**
 * Writes the files and returns their paths. Station 4's sensor failed one day.
 *
 * @param stations - how many; each gets 30 days
 */
export async function writeMeasurements(folder: string, stations: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: stations }, (_, index) => join(folder, `station_${index + 1}.csv`));
  for (const [index, path] of paths.entries()) {
    const lines = Array.from({ length: 30 }, (_, day) => {
      const temperature = 4 + 3 * index + 5 * Math.sin((day + index) / 5);
      return `2026-01-${String(day + 1).padStart(2, "0")},${index === 3 && day === 8 ? broken : temperature.toFixed(1)}`;
    });
    await writeFile(path, `${lines.join("\n")}\n`);
  }
  return paths;
}
