import { applications, type HostingRegion, type Regions } from "../../world/regions.ts";
import { certManagerAddon } from "../kubernetes/cert-manager/index.ts";
import { Cluster } from "../kubernetes/cluster/cluster.ts";
import { type RegionPlan, regionApplications } from "../kubernetes/cluster/region-plan.ts";
import { cnpgAddon } from "../kubernetes/cnpg/index.ts";
import { type StartedCluster, startCluster } from "../kubernetes/index.ts";
import { kastenAddon } from "../kubernetes/kasten/index.ts";
import type { ExportLocation } from "../kubernetes/kasten/location.ts";
import { openshiftCertificatesAddon } from "../kubernetes/openshift-certificates/index.ts";
import { regionSites } from "../kubernetes/site.ts";
import { veleroAddon } from "../kubernetes/velero/index.ts";
import { BackupLocation } from "../kubernetes/velero/location.ts";
import type { LabContext } from "../server.ts";
import type { WebAuthority } from "../web/certificates.ts";
import type { RegionParts } from "./region-parts.ts";

const nodes = 3;
/** Hours of the day at which applications are backed up, and how many restore points of each are kept. */
const hours = [0, 4, 8, 12, 16, 20];
const keeps = 14;
const { identity, billing, portal, archive, "build-farm": buildFarm, sandbox } = regionApplications;
/** What runs where on an ordinary day: production in the east, trials on the room that is kept for it in the north. */
const applicationsOf = {
  east: [identity, billing, portal, archive],
  north: [buildFarm, sandbox],
} as const;
const otherOf = { east: "north", north: "east" } as const;

function kastenOf(region: HostingRegion, regions: Regions, location: ExportLocation) {
  return kastenAddon({
    cluster: region,
    location,
    reachesLocation: () => regions.areLinked(region, "depot") && !regions.has("objects-down", "depot"),
    runs: () => regions.hasPower(region),
    protects: applications,
    hours,
    keeps,
    imports: applications.map((application) => ({ application, from: otherOf[region] })),
    faults: {
      slowRestore: () => regions.has("slow-restore", region),
      isCorrupt: (application) => regions.has("corrupt-restore-point", application),
      exportFails: () => regions.has("export-fails", region),
    },
  });
}

/** Velero keeps the backups of two in the morning for three weeks. */
const nightly = { cron: "0 2 * * *", keeps: 21 * 24 };
/** What Velero backs up in each region on an ordinary day. */
const nightlyOf = { east: applications, north: [sandbox.name] } as const;

function veleroOf(region: HostingRegion, regions: Regions, location: BackupLocation) {
  return veleroAddon({
    location,
    reachesLocation: () => regions.areLinked(region, "depot") && !regions.has("objects-down", "depot"),
    runs: () => regions.hasPower(region),
    schedule: { name: `nightly-${region}`, applications: nightlyOf[region], ...nightly },
    faults: {
      slowRestore: () => regions.has("slow-restore", region),
      isCorrupt: (application) => regions.has("corrupt-restore-point", application),
      uploadFails: () => regions.has("export-fails", region),
    },
  });
}

/** The database of billing in the east, and the replica of it that waits in the north. */
function databasesOf(region: HostingRegion, regions: Regions) {
  const common = {
    name: "billing-db",
    store: `s3://databases/billing-db-${region}`,
    schedule: "0 0 2 * * *",
  };
  return cnpgAddon({
    runs: () => regions.hasPower(region),
    databases: [
      region === "east"
        ? { ...common, namespace: "billing", instances: 3 }
        : {
            ...common,
            namespace: "billing-standby",
            instances: 1,
            replicates: {
              source: "billing-db-east",
              reaches: () => regions.areLinked("east", "north") && regions.hasPower("east"),
            },
          },
    ],
    faults: { archiveFails: () => regions.has("export-fails", region) },
  });
}

/**
 * Starts the APIs of the regions' OpenShift clusters. Their Kasten share a location, so that each can import what the
 * other has exported, and their certificates one authority. What is opened is added to `opened`.
 */
export async function startRegionClusters(
  context: LabContext,
  { wished, opened, ports }: Pick<RegionParts, "wished" | "opened" | "ports">,
  location: ExportLocation,
  authority: WebAuthority,
): Promise<Map<HostingRegion, StartedCluster>> {
  const { world } = context;
  const { regions } = world;
  const clusters = new Map<HostingRegion, StartedCluster>();
  const saved = new BackupLocation({ name: "depot", bucket: "velero-backups", region: "depot" });
  for (const site of regionSites) {
    const { region: id } = site;
    const region: RegionPlan = {
      id,
      nodes,
      applications: applicationsOf[id],
      runs: () => regions.hasPower(id),
      onChange: (listener) => world.onChange(({ what }) => (what === "fault" ? listener() : undefined)),
    };
    const started = await startCluster(context, wished, site, () => {
      // What lies in the depot was exported by the east: it is there before the north looks.
      if (id !== "east") clusters.get("east")?.cluster();
      return new Cluster({
        world,
        flavour: "openshift",
        region,
        addons: [
          kastenOf(id, regions, location),
          veleroOf(id, regions, saved),
          databasesOf(id, regions),
          certManagerAddon({
            ...{ domain: `${id}.shop.example`, authority },
            challengeFails: () => regions.has("challenge-fails", id),
          }),
          openshiftCertificatesAddon({ domain: `${id}.shop.example` }),
        ],
      });
    });
    opened.push(() => started.close());
    for (const [name, port] of started.ports) ports.set(name, port);
    clusters.set(id, started);
  }
  return clusters;
}
