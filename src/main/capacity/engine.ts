import { isDeepStrictEqual } from "node:util";
import type { CapacityView, ClusterCapacity, Loss } from "../../shared/capacity.ts";
import type { Estate } from "../../shared/estate.ts";
import { type CapacityRules, capacityRulesOf } from "../../shared/estate-capacity.ts";
import type { Problem } from "../../shared/resource.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";
import { assess, findingsOf } from "./assess.ts";
import { clusterLoad } from "./cluster-load.ts";
import { noSuchHost } from "./faults.ts";
import { type Group, grouped } from "./groups.ts";
import { lossOf } from "./losses.ts";
import { parityOf } from "./parity.ts";
import { type CapacityRecord, readAtOf, recordOf } from "./records.ts";

/** Milliseconds between two workings-out at least. */
const interval = 1000;
const counted = new Set(["host", "vm", "cluster"]);

export interface CapacityParts {
  inventory: Pick<Inventory, "follow" | "setFindings">;
  /** The estate in force. */
  estate(): Pick<Estate, "environments" | "sites" | "parity"> | null;
}

/**
 * What the clusters of all hypervisors can bear, kept up to date with the inventory: what changed is gathered, and
 * worked out at most once a second, for those clusters alone that something changed in. What is wrong is told to the
 * inventory as findings on the cluster, or on the sites that do not hold the same.
 */
export class CapacityEngine {
  readonly #parts: CapacityParts;
  readonly #pending = new Set<Followed>();
  readonly #records = new Map<string, CapacityRecord>();
  readonly #readAt = new Map<string, number | null>();
  readonly #listeners = new Set<() => void>();
  readonly #unfollow: () => void;
  #groups = new Map<string, Group>();
  #groupOf = new Map<string, string>();
  #assessed = new Map<string, ClusterCapacity>();
  #view: CapacityView = { clusters: [], parities: [] };
  #timer: NodeJS.Timeout | null = null;
  #anew = true;

  constructor(parts: CapacityParts) {
    this.#parts = parts;
    this.#unfollow = parts.inventory.follow({
      mark: (entry) => {
        if (counted.has(entry.declaration.kind)) this.#pending.add(entry);
      },
      wake: () => {
        if (this.#pending.size > 0) this.#arm();
      },
    });
  }

  /** The last that was worked out; the same object until something in it changes. */
  view(): CapacityView {
    return this.#view;
  }

  /**
   * What would become of the VMs without these hosts, one answer for each cluster that they are of, by what is known this
   * moment. Throws OpsError `capacity.no-such-host`.
   */
  without(hosts: readonly string[]): Loss[] {
    this.settle();
    const lost = new Map<string, Set<string>>();
    for (const id of hosts) {
      const group = this.#groupOfHost(id);
      if (!group) throw noSuchHost(id);
      lost.set(group.id, (lost.get(group.id) ?? new Set()).add(id));
    }
    return [...lost].flatMap(([id, those]) => {
      const group = this.#groups.get(id);
      return group ? [lossOf(clusterLoad(group, this.#rulesOf(group)), those)] : [];
    });
  }

  /** The same for one host; null when no hypervisor knows it as one of its hosts. */
  withoutHost(id: string): Loss | null {
    this.settle();
    return this.#groupOfHost(id) ? (this.without([id])[0] ?? null) : null;
  }

  /** Calls the listener whenever the view changed; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The estate in force changed: other rules may hold, and other sites be compared. */
  reconsider(): void {
    this.#anew = true;
    this.#arm();
  }

  /** Works out at once what is still to be worked out. */
  settle(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.size === 0 && !this.#anew) return;
    const changed = this.#takeIn();
    if (changed.size > 0 || this.#anew) this.#workOut(changed);
    this.#publish();
  }

  close(): void {
    this.#unfollow();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #groupOfHost(id: string): Group | undefined {
    return this.#records.get(id)?.is === "host" ? this.#groups.get(this.#groupOf.get(id) ?? "") : undefined;
  }

  #arm(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => this.settle(), interval);
    this.#timer.unref();
  }

  /** The identifiers of those records that are other than before; a reading that says the same again is none. */
  #takeIn(): Set<string> {
    const changed = new Set<string>();
    for (const entry of this.#pending) {
      const before = this.#records.get(entry.id);
      const record = entry.removed ? null : recordOf(entry);
      if (record === null) {
        this.#readAt.delete(entry.id);
        if (this.#records.delete(entry.id)) changed.add(entry.id);
        continue;
      }
      this.#readAt.set(entry.id, readAtOf(entry, record));
      if (before !== undefined && isSame(before, record)) continue;
      this.#records.set(entry.id, record);
      changed.add(entry.id);
    }
    this.#pending.clear();
    return changed;
  }

  #workOut(changed: ReadonlySet<string>): void {
    const { groups, groupOf } = grouped(this.#records.values());
    const stale = new Set<string>();
    for (const id of changed) {
      for (const group of [this.#groupOf.get(id), groupOf.get(id)]) if (group !== undefined) stale.add(group);
    }
    const assessed = new Map<string, ClusterCapacity>();
    for (const group of groups.values()) {
      const known = this.#anew || stale.has(group.id) ? undefined : this.#assessed.get(group.id);
      assessed.set(group.id, known ?? assess(group, this.#rulesOf(group)));
    }
    this.#groups = groups;
    this.#groupOf = groupOf;
    this.#assessed = assessed;
    this.#anew = false;
  }

  #publish(): void {
    const before = new Map(this.#view.clusters.map((cluster) => [cluster.id, cluster]));
    const clusters = [...this.#groups.values()].flatMap((group) => {
      const cluster = this.#assessed.get(group.id);
      if (!cluster) return [];
      const readAt = this.#oldestReading(group);
      const environment = this.#environmentOf(group);
      const shown = before.get(group.id);
      const same = shown?.readAt === readAt && shown.losses === cluster.losses;
      return [same ? shown : { ...cluster, readAt, environment }];
    });
    clusters.sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
    const view = { clusters, parities: this.#parities() };
    if (isDeepStrictEqual(view, this.#view)) return;
    this.#view = view;
    this.#parts.inventory.setFindings("capacity", this.#findings(this.#view));
    for (const listener of [...this.#listeners]) listener();
  }

  #findings({ clusters, parities }: CapacityView): Map<string, Problem[]> {
    const findings = new Map<string, Problem[]>();
    const add = (id: string, problems: readonly Problem[]) => {
      if (problems.length > 0) findings.set(id, [...(findings.get(id) ?? []), ...problems]);
    };
    for (const cluster of clusters) add(cluster.id, findingsOf(cluster));
    for (const { sides, verdict, text } of parities) {
      if (verdict !== "exceeded") continue;
      for (const { site } of sides) add(site, [{ code: "capacity.parity", health: "warning", text }]);
    }
    return findings;
  }

  #parities(): CapacityView["parities"] {
    const estate = this.#parts.estate();
    if (!estate || estate.parity.length === 0) return [];
    const hosts = [...this.#groups.values()].flatMap((group) => group.hosts);
    return estate.parity.map((rule) => parityOf(rule, hosts, (id) => estate.sites[id]?.name ?? id));
  }

  #oldestReading({ hosts, vms }: Group): number | null {
    let oldest = Number.POSITIVE_INFINITY;
    const look = (id: string) => {
      const at = this.#readAt.get(id);
      if (typeof at === "number") oldest = Math.min(oldest, at);
    };
    for (const { id } of hosts) look(id);
    for (const those of vms.values()) for (const { id } of those) look(id);
    return Number.isFinite(oldest) ? oldest : null;
  }

  #environmentOf({ environment, site }: Group): string | null {
    return environment ?? (site === null ? null : (this.#parts.estate()?.sites[site]?.environment ?? null));
  }

  #rulesOf(group: Group): CapacityRules {
    return capacityRulesOf(this.#parts.estate(), this.#environmentOf(group));
  }
}

/** Records are flat, and those of one kind are made with their keys in one order. */
function isSame(one: CapacityRecord, other: CapacityRecord): boolean {
  const [before, now] = [Object.values(one), Object.values(other)];
  return before.length === now.length && before.every((value, index) => value === now[index]);
}
