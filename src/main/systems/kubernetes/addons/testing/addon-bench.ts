import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type TestApi, testAuthority } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import type { NewJournalEvent } from "../../../../../shared/journal.ts";
import type { FactValue, ResourceKind } from "../../../../../shared/resource.ts";
import { kubernetesSystemSchema } from "../../../../../shared/systems/kubernetes.ts";
import type { Action, ActionContext } from "../../../../actions/action.ts";
import { clusterActions } from "../../actions.ts";
import { ClusterAccess } from "../../cluster-access.ts";
import { DrainDesk } from "../../drain/desk.ts";
import { ClusterObserver } from "../../observe.ts";
import { Rights } from "../../rights.ts";
import { contextFor, resource } from "../../testing/context.ts";
import { RecordingSink } from "../../testing/recording-sink.ts";
import { dialLoopback, quiet } from "../../testing/surroundings.ts";

interface BenchParts {
  id: string;
  trouble: { haste: number };
  /** Added to the cluster's entry in the estate file. */
  config?: object;
  /** By reference; every other is the operator's token. */
  secrets?: ReadonlyMap<string, string>;
}

/** One cluster of the lab with what is installed in it, as the console asks its API. */
export class AddonBench {
  readonly lab: TestApi;
  readonly access: ClusterAccess;
  readonly events: Omit<NewJournalEvent, "task">[] = [];
  actions: Action[];

  /** `haste`: so many times as long as it is asked for is waited; what is waited for in vain is over sooner. */
  constructor(lab: TestApi, { id, trouble, config = {}, secrets = new Map() }: BenchParts) {
    this.lab = lab;
    this.access = accessTo(lab, id, { trouble, config, secrets });
    this.actions = this.begin();
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

  /** Observes the cluster, once at first: what was seen, another round of it, and its end. */
  async observe(site: string) {
    const { access } = this;
    const rights = new Rights(access);
    const parts = { namespaces: [], site, environment: null, every: 30_000 };
    const observer = new ClusterObserver({ access, rights, ...parts });
    const sink = new RecordingSink();
    const round = (...resources: string[]) =>
      observer.observe(sink, quiet, resources.length > 0 ? resources : undefined);
    await round();
    return { sink, round, close: () => observer.close() };
  }

  /** The objects of a resource in the cluster that is asked. */
  objects(name: string, namespace?: string) {
    const all = this.lab.cluster.collection(name).all();
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  async close(): Promise<void> {
    this.access.close();
    await this.lab.close();
  }
}

function accessTo(
  lab: TestApi,
  system: string,
  { trouble, config, secrets }: Required<Omit<BenchParts, "id">>,
): ClusterAccess {
  return new ClusterAccess({
    system,
    config: kubernetesSystemSchema.parse({
      type: "kubernetes",
      server: `https://127.0.0.1:${lab.port}`,
      certificateAuthority: "authority.pem",
      token: "keychain:token",
      importsFrom: system === "cluster-north" ? "cluster-east" : "cluster-north",
      ...config,
    }),
    folder: () => authorityFolder,
    reach: { dial: dialLoopback },
    secrets: { resolve: async (reference) => ({ reveal: () => secrets.get(reference) ?? "operator-token" }) },
    now: () => lab.clock.now(),
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      return lab.settle(milliseconds * trouble.haste);
    },
    random: () => 0.5,
  });
}

let authorityFolder = "";

/** For all tests of a file: a folder where the authority of the test's API servers lies as `authority.pem`. */
export function layTestAuthority(): void {
  beforeAll(async () => {
    authorityFolder = await mkdtemp(join(tmpdir(), "addon-"));
    await writeFile(join(authorityFolder, "authority.pem"), testAuthority);
  });
  afterAll(() => rm(authorityFolder, { recursive: true }));
}
