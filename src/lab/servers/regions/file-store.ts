import { startFileStore } from "../file-store/index.ts";
import type { Depot } from "./depot.ts";
import { keepFiles } from "./depot.ts";
import type { RegionParts } from "./region-parts.ts";

const hour = 3_600_000;

/** Starts the backup of the archive's files: every hour, in the east as long as nobody moves it, into the depot. */
export function startRegionFileStore(
  { context, opened }: Pick<RegionParts, "context" | "opened">,
  depot: Depot,
): void {
  const store = startFileStore(context.world, {
    machines: ["file-store-east", "file-store-north"],
    every: hour,
    takes: 30_000,
    onBackup(machine, startedAt) {
      const from = machine === "file-store-east" ? "east" : "north";
      if (context.world.regions.areLinked(from, "depot")) keepFiles(depot.s3.store, startedAt);
    },
  });
  opened.push(() => store.close());
}
