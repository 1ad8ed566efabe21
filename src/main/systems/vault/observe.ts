import { OpsError, toOpsError } from "../../../shared/errors.ts";
import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import type { VaultSystemConfig } from "../../../shared/systems/vault.ts";
import { wholeVault } from "../../../shared/vaults.ts";
import type { VaultApi } from "./api.ts";
import { CertificateWatch } from "./certificates.ts";
import { type InsideReading, shownCluster, stateOf } from "./cluster-reading.ts";
import { type NodeReading, roleOf, shownNode } from "./node-reading.ts";
import type { RekeyApi } from "./rekey/api.ts";
import { type RekeyStanding, rekeyStanding } from "./rekey/standing.ts";

const missedReadings = 3;

export interface VaultObserverParts {
  system: string;
  name: string;
  config: VaultSystemConfig;
  every: number;
  api: VaultApi;
  rekey: RekeyApi;
  now(): number;
}

/** Reads a Vault: its nodes by what each tells anybody, and what is in it by what whoever is signed in may see. */
export class VaultObserver {
  readonly cluster: string;
  readonly certificates: readonly CertificateWatch[];
  readonly #parts: VaultObserverParts;
  readonly #nodes = new Map<string, NodeReading | null>();
  #mounts: NonNullable<InsideReading["mounts"]> = {};
  #rekey: RekeyStanding | null = null;
  #running: Promise<void> | null = null;

  constructor(parts: VaultObserverParts) {
    const { system, config, every, api, now } = parts;
    this.#parts = parts;
    this.cluster = wholeVault(system);
    const place = { site: config.site ?? null, environment: config.environment ?? null };
    const staleAfter = every * missedReadings;
    this.certificates = config.pki.map(
      (mount) =>
        new CertificateWatch({
          ...{ system, ...place, staleAfter, mount, api, now },
          parent: this.#mountId(`${mount}/`),
        }),
    );
  }

  get declarations(): Declaration[] {
    const { system, name, config, every } = this.#parts;
    const common = {
      kind: "service" as const,
      system,
      environment: config.environment ?? null,
      staleAfter: every * missedReadings,
    };
    const site = config.site ?? null;
    const nodes = Object.entries(config.nodes).map(([id, node]) => ({
      ...common,
      id: this.nodeId(id),
      name: node.name ?? id,
      parent: this.cluster,
      site: node.site ?? site,
    }));
    const mounted = new Set([...Object.keys(this.#mounts), ...config.pki.map((mount) => `${mount}/`)]);
    const mounts = [...mounted].map((path) => ({
      ...common,
      id: this.#mountId(path),
      name: path,
      parent: this.cluster,
      site,
    }));
    return [
      { ...common, id: this.cluster, name, parent: site, site },
      ...nodes,
      ...mounts,
      ...this.certificates.flatMap((each) => each.declarations),
    ];
  }

  /** The node that a resource is; null for any other. */
  nodeOf(resource: string): string | null {
    return Object.keys(this.#parts.config.nodes).find((id) => this.nodeId(id) === resource) ?? null;
  }

  nodeId(node: string): string {
    return `${this.#parts.system}/nodes/${node}`;
  }

  /** What is mounted as a resource: its path without slashes at the ends, and its type; null for any other. */
  mountOf(resource: string): { path: string; type: string; version: string | null } | null {
    const found = Object.entries(this.#mounts).find(([path]) => this.#mountId(path) === resource);
    return found
      ? { path: found[0].replace(/\/+$/, ""), type: found[1].type, version: found[1].version }
      : null;
  }

  /** The certificates of what is mounted as a resource; null where the estate does not have them watched. */
  authorityOf(resource: string): CertificateWatch | null {
    return this.certificates.find(({ mount }) => this.#mountId(mount) === resource) ?? null;
  }

  /** How a node stood at the last reading; null for one that did not answer, or was not read yet. */
  lastOf(node: string): NodeReading | null {
    return this.#nodes.get(node) ?? null;
  }

  /** Whether it opens by itself, so that what people hold are recovery keys. */
  get hasRecoverySeal(): boolean {
    return [...this.#nodes.values()].some((each) => each?.seal.recovery_seal);
  }

  /** How the making of new shares stood at the last reading; null where that is not known. */
  get rekey(): RekeyStanding | null {
    return this.#rekey;
  }

  /** The state of the whole at the last reading. */
  get state(): string {
    return stateOf(this.#nodes);
  }

  /** Reads it once; whoever asks meanwhile gets the result of that reading. Never throws. */
  observe(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    this.#running ??= this.#read(sink, signal).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #read(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { config, system, api, name, now } = this.#parts;
    await Promise.all(Object.keys(config.nodes).map((node) => this.#readNode(node, sink, signal)));
    if (signal.aborted) return;
    let inside: InsideReading | null = null;
    let error: OpsError | null = null;
    // It was closed so that nothing in it can be read: what was read before is not used up either.
    if (this.state === "sealed" || this.state === "no-active-node") api.access.secrets.forget();
    if (config.login && this.state === "open") {
      try {
        inside = await this.#readInside(signal);
        await this.#readCertificates(sink, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        error = toOpsError(thrown, "vault");
      }
    }
    if (inside?.mounts) this.#mounts = inside.mounts;
    this.#rekey = inside?.rekey ?? null;
    if (signal.aborted) return;
    sink.declare(system, this.declarations);
    const at = now();
    const standing = api.access.standing;
    const shown = shownCluster(name, { nodes: this.#nodes, inside, error, standing }, at);
    sink.observe([
      { resource: this.cluster, source: system, at, ...shown },
      ...(inside ? this.#mountObservations(at) : []),
      ...(inside ? this.certificates.flatMap((each) => each.observations(at)) : []),
    ]);
  }

  async #readNode(node: string, sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { api, system, config, now } = this.#parts;
    const resource = this.nodeId(node);
    const name = config.nodes[node]?.name ?? node;
    try {
      const before = now();
      const [health, seal] = await Promise.all([api.health(node, signal), api.sealStatus(node, signal)]);
      const at = now();
      // A sealed node does not tell who leads.
      const leader = health.sealed ? null : await api.leader(node, signal).catch(() => null);
      const reading: NodeReading = {
        health,
        seal,
        role: roleOf(health),
        skew: health.server_time_utc === 0 ? 0 : skewOf(health.server_time_utc, before, at),
        committedIndex: leader?.raft_committed_index ?? null,
        appliedIndex: leader?.raft_applied_index ?? null,
      };
      this.#nodes.set(node, reading);
      const committed = Math.max(0, ...[...this.#nodes.values()].map((each) => each?.committedIndex ?? 0));
      const address = config.nodes[node]?.url ?? "";
      sink.observe([
        { resource, source: system, at, ...shownNode(name, reading, address, committed || null) },
      ]);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#nodes.set(node, null);
      const error = toOpsError(thrown, "vault").toWire();
      sink.observe([{ resource, source: system, at: now(), error }]);
    }
  }

  /** Each part by itself: what may not be seen is left out, and keeps nothing else away. */
  async #readInside(signal: AbortSignal): Promise<InsideReading> {
    const { api, rekey } = this.#parts;
    // The first also signs in, where that needs nobody; what it throws, the others would throw as well.
    const mounts = await seen(api.mounts(signal));
    const [logins, audits, autopilot, key, leases, standing] = await Promise.all([
      seen(api.logins(signal)),
      seen(api.audits(signal)),
      seen(api.autopilot(signal)),
      seen(api.keyStatus(signal)),
      seen(api.leases(signal)),
      seen(rekeyStanding(rekey, signal)),
    ]);
    return {
      mounts:
        mounts &&
        Object.fromEntries(
          Object.entries(mounts)
            .filter(([, { type }]) => !["system", "identity", "cubbyhole", "ns_system"].includes(type))
            .map(([path, { type, description, options }]) => [
              path,
              {
                type,
                description,
                version: typeof options?.version === "string" ? options.version : null,
              },
            ]),
        ),
      logins: logins && Object.entries(logins).map(([path, { type }]) => `${path} (${type})`),
      audits: audits && Object.entries(audits).map(([path, { type }]) => `${path} (${type})`),
      autopilot,
      key: key && { term: key.term, installedAt: Date.parse(key.install_time) || null },
      leases,
      rekey: standing,
    };
  }

  async #readCertificates(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { system, now } = this.#parts;
    for (const each of this.certificates) {
      try {
        await each.read(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toOpsError(thrown, "vault").toWire();
        const resource = this.#mountId(`${each.mount}/`);
        sink.observe([{ resource, source: system, at: now(), error }]);
      }
    }
  }

  #mountObservations(at: number) {
    const { system } = this.#parts;
    return Object.entries(this.#mounts).map(([path, { type, version }]) => {
      const watch = this.certificates.find(({ mount }) => `${mount}/` === path);
      return {
        resource: this.#mountId(path),
        source: system,
        at,
        health: "ok" as const,
        facts: {
          "vault.part": "mount",
          "vault.mountType": version ? `${type} ${version}` : type,
          "vault.path": path,
          "vault.certificates": watch?.listed ?? null,
          "vault.pkiRoles": watch?.roles ? [...watch.roles] : null,
        },
        problems: [],
      };
    });
  }

  #mountId(path: string): string {
    return `${this.#parts.system}/mounts/${path.replace(/\/+$/, "")}`;
  }
}

/** Seconds that a clock is ahead, at least: it tells whole seconds, and was read somewhere between two moments. */
function skewOf(told: number, before: number, after: number): number {
  const [low, high] = [before / 1000, after / 1000];
  if (told + 1 < low) return told + 1 - low;
  return told > high ? told - high : 0;
}

/** Null for what whoever is signed in may not see, or what this Vault does not have. */
async function seen<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (
      error instanceof OpsError &&
      /^vault\.(not-allowed|not-found|unsupported|refused|rekey-closed|rekey-unheld)$/.test(error.code)
    )
      return null;
    throw error;
  }
}
