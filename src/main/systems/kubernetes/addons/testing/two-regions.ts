import type { Cluster } from "../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import { TestApi } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import type { World } from "../../../../../lab/world/world.ts";
import { AddonBench } from "./addon-bench.ts";

export type Region = "east" | "north";

/** Two clusters of the lab that know each other's backups; the API of one of them is asked. */
export class TwoRegions<Trouble extends { haste: number }> extends AddonBench {
  readonly trouble: Trouble;
  readonly #other: Cluster;

  protected constructor({ lab, other, asked, trouble }: StartedRegions<Trouble>) {
    super(lab, { trouble, id: `cluster-${asked}` });
    this.trouble = trouble;
    this.#other = other;
  }

  override async close(): Promise<void> {
    this.#other.close();
    await super.close();
  }
}

interface StartedRegions<Trouble> {
  lab: TestApi;
  other: Cluster;
  asked: Region;
  trouble: Trouble;
}

/** Draws both clusters, and serves the one that is asked. */
export async function startRegions<Trouble>(
  asked: Region,
  trouble: Trouble,
  draw: (world: World) => Record<Region, Cluster>,
): Promise<StartedRegions<Trouble>> {
  const drawn: Partial<Record<Region, Cluster>> = {};
  const lab = await TestApi.of((world) => Object.assign(drawn, draw(world))[asked]);
  const other = drawn[asked === "east" ? "north" : "east"];
  if (!other) throw new Error("the other cluster was not drawn");
  return { lab, other, asked, trouble };
}
