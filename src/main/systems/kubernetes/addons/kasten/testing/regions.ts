import { Cluster } from "../../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import {
  type ApplicationPlan,
  regionApplications,
} from "../../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { kastenAddon } from "../../../../../../lab/servers/kubernetes/kasten/index.ts";
import { ExportLocation } from "../../../../../../lab/servers/kubernetes/kasten/location.ts";
import { TestApi, testAuthority } from "../../../../../../lab/servers/kubernetes/testing/test-api.ts";
import type { World } from "../../../../../../lab/world/world.ts";
import type { NewJournalEvent } from "../../../../../../shared/journal.ts";
import type { FactValue, ResourceKind } from "../../../../../../shared/resource.ts";
import { kubernetesSystemSchema } from "../../../../../../shared/systems/kubernetes.ts";
import type { Action, ActionContext } from "../../../../../actions/action.ts";
import { clusterActions } from "../../../actions.ts";
import { ClusterAccess } from "../../../cluster-access.ts";
import { DrainDesk } from "../../../drain/desk.ts";
import { Rights } from "../../../rights.ts";
import { contextFor, resource } from "../../../testing/context.ts";
import { dialLoopback } from "../../../testing/surroundings.ts";

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
export class Regions {
  readonly lab: TestApi;
  readonly trouble: Trouble;
  readonly access: ClusterAccess;
  readonly events: Omit<NewJournalEvent, "task">[] = [];
  actions: Action[];
  readonly #other: { cluster: Cluster | null };

  private constructor(
    lab: TestApi,
    parts: { trouble: Trouble; other: { cluster: Cluster | null }; id: string },
  ) {
    this.lab = lab;
    this.trouble = parts.trouble;
    this.#other = parts.other;
    this.access = accessTo(lab, parts.id, parts.trouble);
    this.actions = this.begin();
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

  /** As after a restart of the console. */
  begin(): Action[] {
    this.actions = clusterActions({
      access: this.access,
      rights: new Rights(this.access),
      desk: new DrainDesk(),
    });
    return this.actions;
  }

  action(id: string): Action {
    const found = this.actions.find((each) => each.id === id);
    if (!found) throw new Error(`no action ${id}`);
    return found;
  }

  /** An action on a resource, read to be run verb by verb. */
  on(id: string, target: string, kind: ResourceKind, input: Record<string, unknown> = {}) {
    const chosen = this.action(id);
    const facts: Record<string, FactValue> = {};
    const { context, trail } = contextFor(resource(target, kind, facts));
    const whole: ActionContext = {
      ...context,
      journal: async (event) => void this.events.push(event),
    };
    return { chosen, input: chosen.input.parse(input), context: whole, trail };
  }

  /** Runs an action up to its proof. */
  async run(id: string, target: string, kind: ResourceKind, given: Record<string, unknown> = {}) {
    const { chosen, input, context, trail } = this.on(id, target, kind, given);
    const probe = await chosen.probe(context, input);
    if (probe.state !== "needed") return { probe, trail, verification: null };
    const applied = await chosen.apply(context, input, probe);
    return { probe, trail, verification: await chosen.verify(context, input, probe, applied) };
  }

  /** The objects of a resource in the cluster that is asked. */
  objects(name: string, namespace?: string) {
    const all = this.lab.cluster.collection(name).all();
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  async close(): Promise<void> {
    this.access.close();
    this.#other.cluster?.close();
    await this.lab.close();
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

function accessTo(lab: TestApi, system: string, trouble: Trouble): ClusterAccess {
  return new ClusterAccess({
    system,
    config: kubernetesSystemSchema.parse({
      type: "kubernetes",
      server: `https://127.0.0.1:${lab.port}`,
      certificateAuthority: "authority.pem",
      token: "keychain:token",
      importsFrom: system === "cluster-north" ? "cluster-east" : "cluster-north",
    }),
    folder: () => authorityFolder,
    reach: { dial: dialLoopback },
    secrets: { resolve: async () => ({ reveal: () => "operator-token" }) },
    now: () => lab.clock.now(),
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      return lab.settle(milliseconds * trouble.haste);
    },
    random: () => 0.5,
  });
}

let authorityFolder = "";

/** The folder where the authority of the test's API servers lies as `authority.pem`. */
export function useAuthorityIn(folder: string): string {
  authorityFolder = folder;
  return testAuthority;
}
