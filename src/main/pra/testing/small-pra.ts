import type { Estate } from "../../../shared/estate.ts";
import { estateSchema } from "../../../shared/estate.ts";
import type { Protection } from "../../../shared/protection.ts";
import type { Resource } from "../../../shared/resource.ts";
import { sameText } from "../../../shared/text.ts";
import type { KnownData } from "../known-data.ts";
import type { PraParts } from "../parts.ts";

export const minute = 60_000;
export const hour = 60 * minute;

/** Two sites, two applications of which one needs the other, a bascule with a point of no return, and the way back. */
export const smallEstate: Estate = estateSchema.parse({
  passerelle: 1,
  name: "Two sites",
  sites: { east: { name: "East" }, north: { name: "North" } },
  procedures: {
    forth: {
      title: { en: "Forth", fr: "Aller" },
      variables: {
        mode: { type: "choice", choices: [{ value: "planned" }, { value: "disaster" }] },
        direction: { type: "text" },
      },
      phases: [
        { id: "prepare", title: "Prepare" },
        { id: "restore", title: "Restore" },
        { id: "open", title: "Open" },
      ],
      steps: [
        { id: "freeze", phase: "prepare", action: "host.poke", on: "tower-a" },
        { id: "identity", phase: "restore", application: "identity", action: "host.poke", on: "tower-b" },
        { id: "billing", application: "billing", action: "host.poke", on: "tower-c" },
        { id: "flip", phase: "open", pointOfNoReturn: true, action: "host.poke", on: "record" },
        { id: "confirm", gate: { text: "All is well?", expires: "1h", commit: true } },
      ],
    },
    back: { title: "Back", steps: [{ id: "home", action: "host.poke", on: "tower-a" }] },
  },
  plans: {
    carry: {
      title: { en: "East to north", fr: "De l'est au nord" },
      production: "east",
      recovery: "north",
      tiers: { vital: { rto: "1h", rpo: "15m" }, other: { rto: "4h", rpo: "24h" } },
      applications: {
        identity: {
          tier: "vital",
          protects: ["space-identity"],
          serves: { production: ["identity-east"], recovery: ["identity-north"], outside: [] },
        },
        billing: {
          tier: "other",
          needs: ["identity"],
          protects: ["space-billing"],
          replicatedBy: ["objects"],
          serves: {
            production: ["billing-east"],
            recovery: ["billing-north"],
            outside: ["billing-outside"],
          },
        },
      },
      directions: { bascule: { procedure: "forth" }, return: { procedure: "back" } },
      readiness: { well: ["cluster-north"] },
    },
  },
});

export const smallPlan = (() => {
  const plan = smallEstate.plans.carry;
  if (plan === undefined) throw new Error("no plan");
  return plan;
})();

/** A resource that was read at `at` and is well. */
export function resource(id: string, at: number, more: Partial<Resource> = {}): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "towers",
    parent: null,
    site: "north",
    environment: null,
    health: "ok",
    stale: false,
    seenAt: at,
    facts: {},
    problems: [],
    sources: { towers: { health: "ok", seenAt: at, error: null } },
    ...more,
  };
}

export function facts(at: number, values: Record<string, string | number | boolean>): Resource["facts"] {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, source: "towers", at }]),
  );
}

/** A service that answers or not. */
export function service(id: string, at: number, answers: boolean): Resource {
  return resource(id, at, {
    kind: "service",
    health: answers ? "ok" : "critical",
    facts: facts(at, { "web.answers": answers, "tls.expires": at + 2000 * hour }),
  });
}

export const gibibyte = 1024 ** 3;

/** A node of 64 GiB that takes pods. */
export function node(id: string, at: number, site: string, used: number): Resource {
  const values = { "kubernetes.ready": true, "memory.total": 64 * gibibyte, "kubernetes.memory": used };
  return resource(id, at, { kind: "node", site, parent: `cluster-${site}`, facts: facts(at, values) });
}

/** The resources of the small estate while production is at one of its sites, all read at `now`. */
export function smallResources(now: number, side: "east" | "north" = "east"): Map<string, Resource> {
  const at = now - minute;
  const answering = (site: string) => side === site;
  const all = [
    resource("tower-a", at, { parent: "cluster-east", site: "east" }),
    ...["tower-b", "tower-c"].map((id) => resource(id, at, { parent: "cluster-north" })),
    resource("record", at, { kind: "dns-record", facts: facts(at, { "dns.ttl": 60 }) }),
    service("identity-east", at, answering("east")),
    service("identity-north", at, answering("north")),
    service("billing-east", at, answering("east")),
    service("billing-north", at, answering("north")),
    service("billing-outside", at, true),
    ...["space-identity", "space-billing"].map((id) =>
      resource(id, at, {
        kind: "namespace",
        site: "east",
        facts: facts(at, { "kubernetes.memory": 4 * gibibyte }),
      }),
    ),
    ...["east", "north"].map((site) => node(`node-${site}`, at, site, 8 * gibibyte)),
    resource("cluster-north", at, { kind: "cluster" }),
    resource("cluster-east", at, { kind: "cluster", site: "east" }),
    resource("objects", at, {
      kind: "replication",
      facts: facts(at, { "replication.lag": 30, "replication.measured": at }),
    }),
  ];
  return new Map(all.map((one) => [one.id, one]));
}

/** How a resource is protected whose newest good backup holds the data of `at`. */
export function protectedAt(id: string, at: number | null): Protection {
  return {
    id,
    kind: "namespace",
    name: id,
    system: "kasten",
    site: null,
    environment: null,
    state: at === null ? "never" : "ok",
    text: sameText(""),
    lastGood: at === null ? null : { at, restorePoint: `${id}/point`, name: `${id} point` },
    rpo: null,
    rpoFrom: null,
    policies: [],
    next: null,
    missed: 0,
    lastMissed: null,
    points: at === null ? 0 : 1,
    kept: { state: "not-demanded", demanded: null, oldest: null, words: null },
    offSite: { state: "unknown", at: null, where: null },
    tested: null,
    readAt: null,
  };
}

/** Backups by the moment whose data they hold. */
export function backups(moments: Readonly<Record<string, number | null>>): PraParts["protection"] {
  return {
    protectionOf: (id) => (Object.hasOwn(moments, id) ? protectedAt(id, moments[id] ?? null) : null),
    onChange: () => () => {},
  };
}

/** What is known of the small estate's data while production is where its services answer. */
export function knownOf(
  get: KnownData["get"],
  protection: PraParts["protection"],
  more: Partial<KnownData> = {},
): KnownData {
  return { get, protection, isCarried: (side) => side === "recovery", counterpart: () => null, ...more };
}
