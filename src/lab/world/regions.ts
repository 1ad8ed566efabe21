import type { Fault, FaultName } from "./faults.ts";
import type { Sites } from "./site.ts";

/** The regions of the lab: two that serve, each with a hypervisor, and one that only stores. */
export const hostingRegions = ["east", "north"] as const;
export type HostingRegion = (typeof hostingRegions)[number];
export const allRegions = [...hostingRegions, "depot"] as const;
export type RegionId = (typeof allRegions)[number];

/** The applications that are carried from one region to the other; each lives in a namespace of its name. */
export const applications = ["identity", "billing", "portal", "archive"] as const;
export type Application = (typeof applications)[number];
/** The resolvers that users ask, which stand in no region. */
export const resolvers = ["resolver-1", "resolver-2"] as const;

/** The nodes of the Vault of Atelier. */
const vaultNodes = ["vault-1", "vault-2", "vault-3"] as const;

/** The lists of who is let in to the provider's services. */
const providerLists = ["east", "north"] as const;

/** What a fault of the regions, or of what stands beside them, can befall. */
export const regionKinds = [
  "region",
  "hosting-region",
  "application",
  "resolver",
  "vault-node",
  "provider-list",
] as const;
export type RegionKind = (typeof regionKinds)[number];

/** The names of everything of each kind. */
export type RegionNames = Readonly<Record<RegionKind, readonly string[]>>;

const ownNames: RegionNames = {
  region: allRegions,
  "hosting-region": hostingRegions,
  application: applications,
  resolver: resolvers,
  "vault-node": vaultNodes,
  "provider-list": providerLists,
};

/** The regions of a World as they stand: which have power, which hear of each other. */
export class Regions {
  /** Whether there are any. */
  readonly stand: boolean;
  /** Whether there is a Vault. */
  readonly hasVault: boolean;
  /** Whether there is a provider with services of its own. */
  readonly hasProvider: boolean;
  private readonly named: RegionNames;
  private readonly faults: () => readonly Fault[];

  /** `copied`: the names of a copied estate, in place of the lab's own. */
  constructor(sites: Sites, faults: () => readonly Fault[], copied: RegionNames | null = null) {
    this.stand = sites === "regions" || sites === "all" || copied !== null;
    this.hasVault = copied === null && (sites === "vault" || sites === "all");
    this.hasProvider = copied === null && (sites === "provider" || sites === "all");
    this.named = copied ?? ownNames;
    this.faults = faults;
  }

  /** Whether a fault of that kind can befall what is named so. */
  knows(kind: RegionKind, name: string): boolean {
    return this.hasAny(kind) && this.named[kind].includes(name);
  }

  private hasAny(kind: RegionKind): boolean {
    if (kind === "vault-node") return this.hasVault;
    return kind === "provider-list" ? this.hasProvider : this.stand;
  }

  /** Whether anything in the region answers. */
  isAlive(region: string): boolean {
    return !this.has("region-dead", region);
  }

  /** Whether its hypervisor's hosts, and the machines and pods on them, have power. */
  hasPower(region: string): boolean {
    return !this.has("region-dead", region) && !this.has("region-half-dead", region);
  }

  /** Whether two regions hear of each other; the console hears of both in any case. */
  areLinked(one: string, other: string): boolean {
    if (one === other) return this.isAlive(one);
    return [one, other].every((region) => this.isAlive(region) && !this.has("link-regions-cut", region));
  }

  /** Whether a fault of a region, application or resolver is in force. */
  has(name: FaultName, target: string): boolean {
    return this.faults().some((fault) => fault.name === name && fault.target === target);
  }
}
