import { Cluster } from "../../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import {
  type ApplicationPlan,
  regionApplications,
} from "../../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { kastenAddon } from "../../../../../../lab/servers/kubernetes/kasten/index.ts";
import { ExportLocation } from "../../../../../../lab/servers/kubernetes/kasten/location.ts";
import { TestApi } from "../../../../../../lab/servers/kubernetes/testing/test-api.ts";
import type { World } from "../../../../../../lab/world/world.ts";
import { AddonBench } from "../../testing/addon-bench.ts";

const { identity, billing, portal, sandbox } = regionApplications;
const carried = ["identity", "billing"] as const;

/** What the lab's regions can be told to suffer. */
export interface Trouble {
  /** Whether the hosts of the region that is asked run. */
  hosts: boolean;
  link: boolean;
  slow: boolean;
  corrupt: boolean;
  exportFails: boolean;
  /** So many times as long as it is asked for is waited: what is waited for in vain is over sooner. */
  haste: number;
}

/** Two clusters of the lab with Kasten between them; the API of one of them is asked. */
export class Regions extends AddonBench {
  readonly trouble: Trouble;
  readonly #other: { cluster: Cluster | null };

  private constructor(
    lab: TestApi,
    parts: { trouble: Trouble; other: { cluster: Cluster | null }; id: string },
  ) {
    super(lab, parts);
    this.trouble = parts.trouble;
    this.#other = parts.other;
  }

  /** `asked`: the region whose API is asked. East has the applications, north imports them. */
  static async start(asked: "east" | "north"): Promise<Regions> {
    const trouble: Trouble = {
      hosts: true,
      link: true,
      slow: false,
      corrupt: false,
      exportFails: false,
      haste: 1,
    };
    const other: { cluster: Cluster | null } = { cluster: null };
    const lab = await TestApi.of((world) => {
      const bucket = { bucket: "kasten-exports", region: "depot", endpoint: "https://objects.depot.example" };
      const location = new ExportLocation(bucket);
      const draw = drawing(world, { location, trouble, asked });
      const [east, north] = [draw("east", [identity, billing, portal]), draw("north", [sandbox])];
      other.cluster = asked === "east" ? north : east;
      return asked === "east" ? east : north;
    });
    return new Regions(lab, { trouble, other, id: `cluster-${asked}` });
  }

  override async close(): Promise<void> {
    this.#other.cluster?.close();
    await super.close();
  }
}

function drawing(
  world: World,
  { location, trouble, asked }: { location: ExportLocation; trouble: Trouble; asked: string },
) {
  return (id: "east" | "north", applications: readonly ApplicationPlan[]) => {
    const runs = () => id !== asked || trouble.hosts;
    const from = id === "east" ? "north" : "east";
    const kasten = kastenAddon({
      cluster: id,
      location,
      runs,
      reachesLocation: () => trouble.link,
      protects: carried,
      hours: [0, 4, 8, 12, 16, 20],
      keeps: 3,
      imports: carried.map((application) => ({ application, from })),
      faults: {
        slowRestore: () => trouble.slow,
        isCorrupt: () => trouble.corrupt,
        exportFails: () => trouble.exportFails,
      },
    });
    const region = { id, nodes: 3, applications, runs, onChange: () => () => {} };
    return new Cluster({ world, flavour: "openshift", region, addons: [kasten] });
  };
}
