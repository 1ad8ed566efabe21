import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import { Cluster } from "../kubernetes/cluster/cluster.ts";
import type { ApplicationPlan } from "../kubernetes/cluster/region-plan.ts";
import { type StartedCluster, startCluster } from "../kubernetes/index.ts";
import { kastenAddon } from "../kubernetes/kasten/index.ts";
import { ExportLocation } from "../kubernetes/kasten/location.ts";
import type { CopiedKasten } from "../kubernetes/kasten/options.ts";
import type { Points } from "../kubernetes/kasten/points.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

type KubernetesCopy = SystemCopyOf<"kubernetes">;
type Kasten = NonNullable<KubernetesCopy["kasten"]>;

/** Told of what was put into a bucket: its key, and the moment whose data it holds. */
type OnExport = (bucket: string, key: string, at: number) => void;

const gibibyte = 2 ** 30;
const usualNodes = 3;

/** What the files of a copied cluster are told apart by in the lab's folder. */
export function clusterSuffix(system: string): string {
  return `-copy-${system}`;
}

/**
 * Starts the APIs of the copied clusters, each with its Kasten; these share one location, which the depot's buckets show as
 * `onExport` is told. Restore points that were imported hold what lies at the location.
 */
export async function startCopiedClusters(
  parts: CopyParts,
  onExport: OnExport,
): Promise<Map<string, StartedCluster>> {
  const { context, copy, wished, opened, ports, addresses } = parts;
  const { world } = context;
  const { regions } = world;
  const started = new Map<string, StartedCluster>();
  const imports: (() => void)[] = [];
  const systems = systemsOf(copy, "kubernetes");
  const bucket = systems.find(([, { kasten }]) => kasten)?.[1].kasten?.profile ?? "exports";
  const location = new CopyLocation(bucket, world.clock.now(), onExport);
  for (const [id, system] of systems) {
    const { site, openshift, kasten } = system;
    const runs = () => site === undefined || regions.hasPower(site);
    const isAlive = () => site === undefined || regions.isAlive(site);
    const has = (name: "slow-restore" | "export-fails") => site !== undefined && regions.has(name, site);
    const addons = kasten
      ? [
          kastenAddon({
            cluster: id,
            location,
            // A link that is cut leads to no other site.
            reachesLocation: () => site === undefined || !regions.has("link-regions-cut", site),
            runs,
            protects: [],
            hours: [],
            keeps: Math.max(1, ...kasten.policies.map(({ keeps }) => keeps)),
            imports: [],
            copied: copiedKasten(id, system, kasten, new Map(systems), (points) => {
              imports.push(() => placeImported(kasten, points, location));
            }),
            faults: {
              slowRestore: () => has("slow-restore"),
              isCorrupt: (application) => regions.has("corrupt-restore-point", application),
              exportFails: () => has("export-fails"),
            },
          }),
        ]
      : [];
    const region = {
      id,
      nodes: nodesOf(system),
      applications: applicationsOf(system),
      runs,
      onChange: (listener: () => void) =>
        world.onChange(({ what }) => (what === "fault" ? listener() : undefined)),
    };
    const apiSite = {
      suffix: clusterSuffix(id),
      name: id,
      portName: `kubernetes ${id}`,
      address: addresses.of(`kubernetes ${id}`),
      namespace: "default",
      faultPlace: null,
      isAlive,
    };
    const flavour = openshift ? "openshift" : "usual";
    const cluster = await startCluster(context, wished, apiSite, () => {
      return new Cluster({ world, flavour, region, addons });
    });
    opened.push(() => cluster.close());
    for (const [name, port] of cluster.ports) ports.set(name, port);
    started.set(id, cluster);
  }
  for (const cluster of started.values()) cluster.cluster();
  for (const place of imports) place();
  return started;
}

/** Where the Kasten of a copy export to. */
class CopyLocation extends ExportLocation {
  readonly #told: OnExport;
  readonly #since: number;

  /** What is taken after `since` (world time) is told of; what is older lies in its bucket already. */
  constructor(bucket: string, since: number, told: OnExport) {
    super({ bucket, region: "copy", endpoint: "https://copy.example" });
    this.#told = told;
    this.#since = since;
  }

  override put(point: Parameters<ExportLocation["put"]>[0]): void {
    super.put(point);
    if (point.takenAt <= this.#since) return;
    this.#told(this.bucket, `k10/${point.application}/${point.name}`, point.takenAt);
  }
}

function nodesOf({ nodes }: KubernetesCopy) {
  if (nodes.length === 0) return usualNodes;
  return nodes.map(({ name, processors, memory }) => ({ name, processors, memoryBytes: memory }));
}

function applicationsOf({ namespaces, environment }: KubernetesCopy): ApplicationPlan[] {
  return namespaces.map(({ name: namespace, workloads }) => ({
    name: namespace,
    environment: environment ?? "production",
    workloads: workloads.map(({ kind, name, replicas, storage }) => ({
      kind,
      name,
      replicas,
      image: `registry.copy.example/${namespace}/${name}:1.0.0`,
      port: 8080,
      ...(storage === undefined ? {} : { storage: `${Math.max(1, Math.round(storage / gibibyte))}Gi` }),
    })),
  }));
}

function receiveString(system: string, policy: string): string {
  return Buffer.from(JSON.stringify({ cluster: system, policy })).toString("base64url");
}

/** The policy of a cluster that backs an application up. */
function policyFor(kasten: Kasten | null | undefined, application: string): string {
  const backups = kasten?.policies.filter(({ does }) => does === "backup") ?? [];
  return backups.find(({ of }) => of.includes(application))?.name ?? `backup-${application}`;
}

function copiedKasten(
  id: string,
  { importsFrom }: KubernetesCopy,
  kasten: Kasten,
  systems: ReadonlyMap<string, KubernetesCopy>,
  onStarted: (points: Points) => void,
): CopiedKasten {
  const source = importsFrom ?? id;
  const policies = kasten.policies.map((policy) => {
    const [application = ""] = policy.of;
    const from = policyFor(systems.get(source)?.kasten, application);
    return {
      ...policy,
      receiveString: policy.does === "import" ? receiveString(source, from) : receiveString(id, policy.name),
    };
  });
  const points = kasten.points
    .filter(({ imported }) => !imported)
    .map((point) => ({
      ...point,
      receiveString: receiveString(id, point.policy ?? policyFor(kasten, point.application)),
    }));
  return { policies, points, onStarted };
}

function placeImported(kasten: Kasten, points: Points, location: ExportLocation): void {
  for (const { name, application, madeAt: takenAt, policy, imported } of kasten.points) {
    const lies = imported ? location.get(name) : null;
    if (!lies) continue;
    const { objects } = lies;
    const from = { policy, run: null, profile: location.bucket, point: null, isExported: true };
    points.add({ name, application, takenAt, objects, ...from });
  }
}
