import { Cluster } from "../../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import {
  type ApplicationPlan,
  regionApplications,
} from "../../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { TestApi } from "../../../../../../lab/servers/kubernetes/testing/test-api.ts";
import { veleroAddon } from "../../../../../../lab/servers/kubernetes/velero/index.ts";
import { BackupLocation } from "../../../../../../lab/servers/kubernetes/velero/location.ts";
import type { World } from "../../../../../../lab/world/world.ts";
import { AddonBench } from "../../testing/addon-bench.ts";

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
export class SharedLocation extends AddonBench {
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

  /** `asked`: the region whose API is asked. East has the applications and backs them up, north finds the backups. */
  static async start(asked: "east" | "north"): Promise<SharedLocation> {
    const trouble: Trouble = {
      link: true,
      slow: false,
      corrupt: false,
      uploadFails: false,
      forgetsData: false,
      haste: 1,
    };
    const other: { cluster: Cluster | null } = { cluster: null };
    const lab = await TestApi.of((world) => {
      const location = new BackupLocation({ name: "depot", bucket: "velero-backups", region: "depot" });
      const draw = drawing(world, location, trouble);
      const [east, north] = [draw("east", [identity, billing]), draw("north", [sandbox])];
      other.cluster = asked === "east" ? north : east;
      return asked === "east" ? east : north;
    });
    return new SharedLocation(lab, { trouble, other, id: `cluster-${asked}` });
  }

  override async close(): Promise<void> {
    this.#other.cluster?.close();
    await super.close();
  }
}

function drawing(world: World, location: BackupLocation, trouble: Trouble) {
  return (id: "east" | "north", applications: readonly ApplicationPlan[]) => {
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
