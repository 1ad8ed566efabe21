import type { FactKey } from "../../shared/facts.ts";
import { text } from "../../shared/text.ts";
import type { Followed } from "../inventory/reader.ts";
import { factEvidence, type ResourceRule, type RuleContext, type Sighting } from "./rule.ts";

/** States of Proxmox VE's HA in which it is to keep a guest running. */
const keptRunning: ReadonlySet<string> = new Set([
  "started",
  "enabled",
  "migrate",
  "relocate",
  "recovery",
  "fence",
]);
const mostNamed = 5;
const minute = 60_000;

/**
 * Hosts of hypervisors that are down, while guests that high availability should have started elsewhere still stand on them.
 * HA is given some minutes: it fences before it starts anything.
 */
export class HostDown implements ResourceRule {
  readonly kinds = ["host", "vm", "cluster"] as const;
  /** Guests that run, with their names, by the host that they stand on; and where each stands. */
  readonly #guests = new Map<string, Map<string, string>>();
  readonly #placeOf = new Map<string, string>();
  /** Guests that HA itself names; of the others the cluster says whether it starts them again. */
  readonly #named = new Set<string>();
  /** Clusters that start the guests of a lost host again, by where they are. */
  readonly #protecting = new Map<string, string>();
  /** Since when this console has seen a host down. */
  readonly #downSince = new Map<string, number>();

  look(resource: Followed, context: RuleContext): Sighting | null {
    const { kind } = resource.declaration;
    if (kind === "host") return this.#lookAtHost(resource, context);
    if (kind === "vm") this.#lookAtGuest(resource);
    else if (
      resource.fact("hypervisor.ha")?.value === true &&
      resource.fact("proxmox.nodesOnline") === undefined
    ) {
      this.#protecting.set(resource.id, clusterAt(resource, resource.declaration.name));
    } else this.#protecting.delete(resource.id);
    return null;
  }

  /** Guests move, and minutes pass, without the host being another. */
  isTimed(resource: Followed): boolean {
    return this.#downSince.has(resource.id);
  }

  forget(id: string): void {
    this.#leave(id);
    this.#downSince.delete(id);
    this.#protecting.delete(id);
  }

  #lookAtHost(host: Followed, { rules, now }: RuleContext): Sighting | null {
    const down = downFact(host);
    if (down === null) {
      this.#downSince.delete(host.id);
      return null;
    }
    const since = this.#downSince.get(host.id) ?? now;
    // A clock that was set back does not make it wait for hours.
    this.#downSince.set(host.id, Math.min(since, now));
    if (now - since < rules["host-down"].minutes * minute) return null;
    const cluster = wordOf(host, "hypervisor.cluster");
    const guests = [...(this.#guests.get(placeAt(host, cluster, host.declaration.name))?.entries() ?? [])];
    const isProtecting = [...this.#protecting.values()].includes(clusterAt(host, cluster));
    const stranded = guests.filter(([id]) => isProtecting || this.#named.has(id)).map(([, name]) => name);
    if (stranded.length === 0) return null;
    const names = stranded.slice(0, mostNamed).join(", ");
    return {
      health: "critical",
      text: text(
        `It is down, and HA has not started ${stranded.length} of its guests elsewhere.`,
        `Il est tombé, et la HA n'a pas relancé ailleurs ${stranded.length} de ses invités.`,
      ),
      evidence: [
        factEvidence(down, text("Its hypervisor says that it is away", "Son hyperviseur le dit absent")),
        {
          text: text(`Still on it: ${names}`, `Encore sur lui : ${names}`),
          source: down.source,
          at: down.at,
        },
      ],
      proposal: null,
    };
  }

  #lookAtGuest(guest: Followed): void {
    this.#leave(guest.id);
    const host = wordOf(guest, "vm.host");
    if (host === null || wordOf(guest, "power.state") === "off" || guest.fact("vm.template")?.value === true)
      return;
    const place = placeAt(guest, wordOf(guest, "hypervisor.cluster"), host);
    const here = this.#guests.get(place) ?? new Map<string, string>();
    here.set(guest.id, guest.declaration.name);
    this.#guests.set(place, here);
    this.#placeOf.set(guest.id, place);
    if (keptRunning.has(wordOf(guest, "proxmox.ha") ?? "")) this.#named.add(guest.id);
  }

  #leave(id: string): void {
    this.#named.delete(id);
    const place = this.#placeOf.get(id);
    if (place === undefined) return;
    this.#placeOf.delete(id);
    const there = this.#guests.get(place);
    there?.delete(id);
    if (there?.size === 0) this.#guests.delete(place);
  }
}

/** What says that a host is down; null while nothing does. One in standby is asleep on purpose. */
function downFact(host: Followed) {
  const online = host.fact("proxmox.online");
  if (online?.value === false) return online;
  const connection = host.fact("vsphere.connection");
  const isAsleep = host.fact("power.state")?.value === "sleeping";
  return connection?.value === "notResponding" && !isAsleep ? connection : null;
}

function wordOf(resource: Followed, key: FactKey): string | null {
  const value = resource.fact(key)?.value;
  return typeof value === "string" ? value : null;
}

/** Names are told apart by the system that says them, and the cluster within it. */
function clusterAt({ declaration }: Followed, cluster: string | null): string {
  return `${declaration.system} ${cluster ?? ""}`;
}

function placeAt(resource: Followed, cluster: string | null, host: string): string {
  return `${clusterAt(resource, cluster)} ${host}`;
}
