import type { Link, Thing, ThingKind, Topology } from "../../../../shared/topology.ts";

/** A thing in good health, changed by `part`. */
export function thing(id: string, kind: ThingKind, part: Partial<Thing> = {}): Thing {
  return { id, resource: id, kind, name: id, health: "ok", stale: false, also: [], more: [], ...part };
}

/** Such as `link("a", "runs-on", "esx-1")`. */
export function link(from: string, as: Link["as"], to: string): Link {
  return { from, to, as };
}

/** Two hosts in a cluster, VMs on both, a storage and a network. */
export function site(part: Partial<Topology> = {}): Topology {
  return {
    site: "east",
    siteName: "East",
    around: null,
    things: [
      thing("prod", "cluster"),
      thing("esx-1", "host", { health: "warning", more: [{ kind: "vm", total: 41, wrong: 2 }] }),
      thing("esx-2", "host", { stale: true, health: "unknown" }),
      thing("web-1", "vm"),
      thing("web-2", "vm", { health: "critical" }),
      thing("san", "volume"),
      thing("lan", "network", { resource: null, health: null }),
    ],
    links: [
      link("esx-1", "in", "prod"),
      link("esx-2", "in", "prod"),
      link("web-1", "runs-on", "esx-1"),
      link("web-2", "runs-on", "esx-2"),
      link("web-1", "stored-on", "san"),
      link("web-2", "stored-on", "san"),
      link("web-1", "joins", "lan"),
    ],
    more: [],
    ...part,
  };
}

/** What is next to `web-1` there. */
export function aroundWeb(): Topology {
  const { things, links } = site();
  const near = new Set(["prod", "esx-1", "web-1", "san", "lan"]);
  return site({
    around: "web-1",
    things: things.filter(({ id }) => near.has(id)),
    links: links.filter(({ from, to }) => near.has(from) && near.has(to)),
  });
}
