import { Cluster } from "../../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import {
  type ApplicationPlan,
  regionApplications,
} from "../../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { kastenAddon } from "../../../../../../lab/servers/kubernetes/kasten/index.ts";
import { ExportLocation } from "../../../../../../lab/servers/kubernetes/kasten/location.ts";
import type { World } from "../../../../../../lab/world/world.ts";
import { type Region, startRegions, TwoRegions } from "../../testing/two-regions.ts";

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
export class Regions extends TwoRegions<Trouble> {
  /** `asked`: the region whose API is asked. East has the applications, north imports them. */
  static async start(asked: Region): Promise<Regions> {
    const trouble: Trouble = {
      hosts: true,
      link: true,
      slow: false,
      corrupt: false,
      exportFails: false,
      haste: 1,
    };
    const draw = (world: World) => {
      const bucket = { bucket: "kasten-exports", region: "depot", endpoint: "https://objects.depot.example" };
      const location = new ExportLocation(bucket);
      const drawn = drawing(world, { location, trouble, asked });
      return { east: drawn("east", [identity, billing, portal]), north: drawn("north", [sandbox]) };
    };
    return new Regions(await startRegions(asked, trouble, draw));
  }
}

function drawing(
  world: World,
  { location, trouble, asked }: { location: ExportLocation; trouble: Trouble; asked: Region },
) {
  return (id: Region, applications: readonly ApplicationPlan[]) => {
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
