import { randomFor } from "../../../world/random.ts";
import type { Node } from "../store/kinds.ts";
import type { Cluster } from "./cluster.ts";
import { drawNode } from "./node-drawing.ts";
import type { RegionPlan } from "./region-plan.ts";

const day = 86_400_000;

/** The nodes of a region's cluster, ready. */
export function regionNodes({ id, nodes }: RegionPlan, cluster: Cluster): Node[] {
  const random = randomFor(cluster.world.seed, `nodes of ${id}`);
  return Array.from({ length: nodes }, (_, index) =>
    drawNode(
      {
        name: `${id}-node-${index + 1}`,
        version: cluster.version,
        address: `2001:db8:0:4::${(index + 1).toString(16)}`,
        zone: id,
        environment: "production",
        processors: 16,
        kibibytes: 67_108_864,
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
