import { randomFor } from "../../../world/random.ts";
import type { Node } from "../store/kinds.ts";
import type { Cluster } from "./cluster.ts";
import { drawNode } from "./node-drawing.ts";
import type { RegionPlan } from "./region-plan.ts";

const day = 86_400_000;

/** The nodes of a region's cluster, ready. */
export function regionNodes({ id, nodes }: RegionPlan, cluster: Cluster): Node[] {
  const random = randomFor(cluster.world.seed, `nodes of ${id}`);
  const usual = { processors: 16, memoryBytes: 64 * 2 ** 30 };
  const listed =
    typeof nodes === "number"
      ? Array.from({ length: nodes }, (_, index) => ({ ...usual, name: `${id}-node-${index + 1}` }))
      : nodes;
  return listed.map(({ name, processors, memoryBytes }, index) =>
    drawNode(
      {
        name,
        version: cluster.version,
        address: `2001:db8:0:4::${(index + 1).toString(16)}`,
        zone: id,
        environment: "production",
        processors,
        kibibytes: Math.floor(memoryBytes / 1024),
        bornAt: cluster.now() - 120 * day,
        info: {
          bootID: random.uuid(),
          machineID: random.hexadecimal(32),
          kernelVersion: "5.14.0-427.40.1.el9_4.x86_64",
          osImage: "Red Hat Enterprise Linux CoreOS 416.94",
        },
      },
      cluster.now(),
    ),
  );
}
