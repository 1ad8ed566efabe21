import { createHmac } from "node:crypto";
import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type { SwiftReplicationConfig } from "../../../shared/systems/swift.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import type { ContainerHead, SwiftAccount } from "./account.ts";
import { noContainer } from "./faults.ts";

/** One of the two containers of a replication. */
export interface Side {
  /** The end's identifier in the estate. */
  end: string;
  /** How it is called on the screen. */
  name: string;
  container: string;
  account: SwiftAccount;
  /** What the other end calls it; null as long as that is not known. */
  address(): string | null;
}

/** Two containers of which one is copied to the other. */
export interface Replication {
  id: string;
  /** The identifier of its resource. */
  resource: string;
  name: string;
  environment: string | null;
  /** Whose data it is: the identifier of a resource, or the names of the containers. */
  of: string;
  sides: readonly [Side, Side];
  /** Milliseconds. */
  measureEvery: number | null;
  lagWithin: number;
  patience: number;
  /** The key that both containers are to have. */
  key(): Promise<string>;
}

/** How one side stands now, or why that is not known. */
export type SideState =
  | { side: Side; head: ContainerHead; error: null; sends: "to-other" | "elsewhere" | "nowhere" }
  | { side: Side; head: null; error: OpsError; sends: "unknown" };

/** Reads both containers; an error of one is its state, and does not keep the other waiting. Throws when aborted. */
export async function readSides(
  { sides: [one, other] }: Replication,
  signal: AbortSignal,
): Promise<[SideState, SideState]> {
  const states = await Promise.all([readSide(one, other, signal), readSide(other, one, signal)]);
  signal.throwIfAborted();
  return states;
}

async function readSide(side: Side, other: Side, signal: AbortSignal): Promise<SideState> {
  try {
    const head = await side.account.container(side.container, signal);
    if (head === null) throw noContainer(side.name, side.container);
    return { side, head, error: null, sends: sendsTo(head.syncTo, other.address()) };
  } catch (error) {
    return { side, head: null, error: toOpsError(error, "swift"), sends: "unknown" };
  }
}

function sendsTo(syncTo: string | null, address: string | null): "to-other" | "elsewhere" | "nowhere" {
  if (syncTo === null) return "nowhere";
  // The other's address is not known before it was logged in to once: then what is set is taken for it.
  return address === null || sameAddress(syncTo, address) ? "to-other" : "elsewhere";
}

/** Whether two targets of container-sync are the same; names of realms and clusters are in any case (Swift's rule). */
export function sameAddress(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function normal(address: string): string {
  const [, realm, cluster, rest] = /^\/\/([^/]+)\/([^/]+)\/(.*)$/.exec(address) ?? [];
  return (rest === undefined ? address : `//${realm}/${cluster}/`.toUpperCase() + rest).replace(/\/+$/, "");
}

/** Which way objects go, by what both sides say. */
export type Direction =
  | { way: "one-way"; from: Side; to: Side }
  | { way: "both-ways" | "none" | "elsewhere" | "unknown" };

export function directionOf([one, other]: readonly [SideState, SideState]): Direction {
  const [first, second] = [one.sends, other.sends];
  if (first === "elsewhere" || second === "elsewhere") return { way: "elsewhere" };
  if (first === "to-other" && second === "to-other") return { way: "both-ways" };
  if (first === "nowhere" && second === "nowhere") return { way: "none" };
  // A side that cannot be asked sends nothing as far as anybody can see; the problem says so.
  if (first === "to-other") return { way: "one-way", from: one.side, to: other.side };
  if (second === "to-other") return { way: "one-way", from: other.side, to: one.side };
  return { way: "unknown" };
}

/**
 * The key that a source has while the other end is gone: what that end still sends with the usual key is refused (Swift wants
 * the same key at both), so that it cannot write into the source when it comes back.
 */
export function fencingKey(key: string, { end, container }: Pick<Side, "end" | "container">): string {
  return createHmac("sha256", key).update(`passerelle fence ${end}/${container}`).digest("hex");
}

/** What the estate says of one replication, with its accounts. */
export function replicationOf(
  parts: {
    system: string;
    environment: string | null;
    accounts: ReadonlyMap<string, { name: string; account: SwiftAccount }>;
    secrets: SecretResolver;
    milliseconds(words: string): number;
  },
  id: string,
  config: SwiftReplicationConfig,
): Replication | null {
  const resource = `${parts.system}/replications/${id}`;
  const side = (each: SwiftReplicationConfig["between"][number]): Side | null => {
    const found = parts.accounts.get(each.end);
    if (!found) return null;
    const address = () => {
      const url = found.account.knownUrl;
      return each.address ?? (url === null ? null : `${url}/${encodeURIComponent(each.container)}`);
    };
    return { end: each.end, name: found.name, container: each.container, account: found.account, address };
  };
  const [one, other] = config.between.map(side);
  if (!one || !other) return null;
  return {
    id,
    resource,
    name: config.name ?? id,
    environment: config.environment ?? parts.environment,
    of: config.of ?? [...new Set([one.container, other.container])].join(", "),
    sides: [one, other],
    measureEvery: config.measureEvery === undefined ? null : parts.milliseconds(config.measureEvery),
    lagWithin: parts.milliseconds(config.lagWithin),
    patience: parts.milliseconds(config.patience),
    key: async () => (await parts.secrets.resolve(config.key, resource)).reveal().trim(),
  };
}
