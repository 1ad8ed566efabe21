import { randomUUID } from "node:crypto";
import type { WorldClock } from "../../../world/clock.ts";
import { Barrier, checkConfig, type SealConfig } from "./barrier.ts";
import { badRequest, VaultFailure } from "./failure.ts";
import { LeaseStore } from "./leases.ts";
import { type NodeParts, VaultNode } from "./node.ts";
import { Rekey } from "./rekey.ts";
import { Space } from "./space.ts";
import { type Token, TokenStore } from "./tokens.ts";

export interface AuditDevice {
  type: string;
  description: string;
  options: Readonly<Record<string, string>>;
  local: boolean;
}

export interface ClusterParts {
  name: string;
  clock: WorldClock;
  /** Milliseconds that its clock is ahead of the World's. */
  skew?(): number;
  nodes: readonly NodeParts[];
  /** Vault when left out. */
  product?: VaultProduct;
  /** Its key is kept by another service, which opens it; people hold shares of a recovery key. */
  opensItself?: boolean;
  /** Whether the listener has the paths below `sys/rekey` that ask for no token switched off. */
  isRekeyClosed?(): boolean;
}

export type VaultProduct = "vault" | "openbao";

/**
 * What the nodes of one cluster share: storage, tokens, leases, and who of them is active. A node has a voice while it is
 * unsealed; without the voices of more than half of the peers none is active.
 */
export class VaultCluster {
  readonly name: string;
  readonly id = randomUUID();
  readonly nodes: readonly VaultNode[];
  readonly barrier = new Barrier();
  readonly rekey = new Rekey(this.barrier);
  /** The key that people hold where it opens by itself: it opens nothing, and proves who they are. */
  readonly recovery = new Barrier();
  readonly recoveryRekey = new Rekey(this.recovery);
  readonly product: VaultProduct;
  readonly opensItself: boolean;
  readonly isRekeyClosed: () => boolean;
  readonly tokens: TokenStore;
  readonly leases: LeaseStore;
  readonly audits = new Map<string, AuditDevice>();
  /** By their paths: "" for the root, `team/` and the like below it. */
  readonly spaces = new Map<string, Space>();
  /** What a token keeps for itself, by its identifier. */
  readonly cubbyholes = new Map<string, Map<string, Record<string, unknown>>>();
  /** How many writes the storage has had. */
  index = 0;
  /** How often the active one has changed. */
  election = 0;
  activeSince = 0;
  private readonly clock: WorldClock;
  private readonly skew: () => number;
  private leader: VaultNode | null = null;
  /** Asked to give its turn away, until another has taken it. */
  private stoodDown: VaultNode | null = null;

  constructor(parts: ClusterParts) {
    const { name, clock, skew = () => 0, nodes, product = "vault", opensItself = false } = parts;
    this.product = product;
    this.opensItself = opensItself;
    this.isRekeyClosed = () => parts.isRekeyClosed?.() ?? false;
    this.name = name;
    this.clock = clock;
    this.skew = skew;
    this.nodes = nodes.map((node) => new VaultNode(node));
    const now = () => this.now();
    this.leases = new LeaseStore(now);
    this.tokens = new TokenStore(now, ({ id }) => {
      this.leases.revokeOf(id);
      this.cubbyholes.delete(id);
    });
    this.spaces.set("", new Space());
  }

  /** Its own time in epoch milliseconds. */
  now(): number {
    return this.clock.now() + this.skew();
  }

  get isInitialised(): boolean {
    return this.barrier.config !== null;
  }

  get peers(): VaultNode[] {
    return this.nodes.filter(({ isRemoved, kind }) => !isRemoved && kind !== "dr-secondary");
  }

  /** Who is active now; null while there is none. */
  get active(): VaultNode | null {
    const voices = this.peers.filter(({ votes }) => votes);
    const able = voices.filter(({ kind, state }) => kind === "ordinary" && !state.isHeldBack);
    const isQuorate = voices.length > this.peers.length / 2;
    if (this.leader && isQuorate && able.includes(this.leader) && this.stoodDown !== this.leader)
      return this.leader;
    const next = isQuorate ? (able.find((node) => node !== this.stoodDown) ?? able[0] ?? null) : null;
    this.stoodDown = null;
    if (next && next !== this.leader) {
      // Only the one that was active knew of new shares being made.
      this.cancelRekeys();
      this.election += 1;
      this.activeSince = this.now();
    }
    this.leader = next;
    return next;
  }

  /** Makes the keys and the first token, which may do everything. */
  init(config: SealConfig): { shares: Buffer[]; rootToken: Token } {
    if (this.isInitialised) throw badRequest("Vault is already initialized");
    checkConfig(config);
    const shares = this.makeKeys(config);
    const rootToken = this.tokens.create({
      policies: ["root"],
      path: "auth/token/root",
      namespace: "",
      displayName: "root",
      ttl: 0,
    });
    return { shares, rootToken };
  }

  private makeKeys(config: SealConfig): Buffer[] {
    if (!this.opensItself) return this.barrier.init(config, this.now());
    this.barrier.init({ shares: 1, threshold: 1 }, this.now());
    for (const node of this.nodes) this.restart(node);
    return this.recovery.init(config, this.now());
  }

  private cancelRekeys(): void {
    this.rekey.cancel();
    this.recoveryRekey.cancel();
  }

  /** A node's process is started anew: sealed, unless its key is kept where it can fetch it. */
  restart(node: VaultNode): void {
    this.seal(node);
    if (!this.opensItself) return;
    node.sealed = false;
    node.appliedIndex = this.index;
  }

  /** Takes one share for one node. Throws VaultFailure when enough are there and they are not the right ones. */
  unseal(node: VaultNode, share: Buffer): void {
    const { config } = this.barrier;
    if (!config) throw badRequest("Vault is not initialized");
    if (!node.sealed) return;
    if (this.opensItself) throw badRequest("cannot unseal with recovery keys: the seal opens by itself");
    const rootKey = node.unsealing.take(share, config.threshold);
    if (rootKey === null) return;
    if (!this.barrier.opens(rootKey)) throw badRequest("Unseal failed, invalid key");
    node.sealed = false;
    node.appliedIndex = this.index;
  }

  seal(node: VaultNode): void {
    if (node === this.leader) this.cancelRekeys();
    node.sealed = true;
    node.unsealing.reset();
  }

  /** The active one gives its turn to another. */
  stepDown(): void {
    this.stoodDown = this.active;
  }

  /** Throws VaultFailure when the node is no peer, or is the active one. */
  removePeer(name: string): void {
    const node = this.peers.find((each) => each.name === name);
    if (!node) throw badRequest(`peer not found: ${name}`);
    node.isRemoved = true;
    node.sealed = true;
  }

  /** The storage was written to. */
  written(): void {
    this.index += 1;
    this.barrier.encryptions += 1;
    for (const node of this.nodes) if (node.votes) node.appliedIndex = this.index;
  }

  space(namespace: string): Space {
    const found = this.spaces.get(namespace);
    if (!found) throw new VaultFailure(404, `no handler for route: namespace "${namespace}" not found`);
    return found;
  }
}
