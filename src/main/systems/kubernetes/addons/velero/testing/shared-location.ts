import { Cluster } from "../../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import {
  type ApplicationPlan,
  regionApplications,
} from "../../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { veleroAddon } from "../../../../../../lab/servers/kubernetes/velero/index.ts";
import { BackupLocation } from "../../../../../../lab/servers/kubernetes/velero/location.ts";
import type { World } from "../../../../../../lab/world/world.ts";
import { type Region, startRegions, TwoRegions } from "../../testing/two-regions.ts";

const { identity, billing, sandbox } = regionApplications;

/** What Velero can be told to suffer. */
export interface Trouble {
  link: boolean;
  slow: boolean;
  corrupt: boolean;
  uploadFails: boolean;
  forgetsData: boolean;
  haste: number;
}

/** Two clusters of the lab whose Velero share a location; the API of one of them is asked. */
export class SharedLocation extends TwoRegions<Trouble> {
  /** `asked`: the region whose API is asked. East has the applications and backs them up, north finds the backups. */
  static async start(asked: Region): Promise<SharedLocation> {
    const trouble: Trouble = {
      link: true,
      slow: false,
      corrupt: false,
      uploadFails: false,
      forgetsData: false,
      haste: 1,
    };
    const draw = (world: World) => {
      const location = new BackupLocation({ name: "depot", bucket: "velero-backups", region: "depot" });
      const drawn = drawing(world, location, trouble);
      return { east: drawn("east", [identity, billing]), north: drawn("north", [sandbox]) };
    };
    return new SharedLocation(await startRegions(asked, trouble, draw));
  }
}

function drawing(world: World, location: BackupLocation, trouble: Trouble) {
  return (id: Region, applications: readonly ApplicationPlan[]) => {
    const velero = veleroAddon({
      location,
      runs: () => true,
      reachesLocation: () => trouble.link,
      schedule: {
        name: `daily-${id}`,
        applications: applications.map(({ name }) => name),
        cron: "0 2 * * *",
        keeps: 72,
      },
      faults: {
        slowRestore: () => trouble.slow,
        isCorrupt: () => trouble.corrupt,
        uploadFails: () => trouble.uploadFails,
        forgetsData: () => trouble.forgetsData,
      },
    });
    const region = { id, nodes: 3, applications, runs: () => true, onChange: () => () => {} };
    return new Cluster({ world, flavour: "openshift", region, addons: [velero] });
  };
}
