import { ShareRound } from "./barrier.ts";

/** How a node takes part: as one that may become active, as one that reads only, or as one of a second site that does neither. */
export type NodeKind = "ordinary" | "performance-standby" | "dr-secondary";

/** What befalls a node at the moment. */
export interface NodeState {
  /** Nobody hears of it. */
  isAway: boolean;
  /** It gives its turn away, and takes none. */
  isHeldBack: boolean;
}

export interface NodeParts {
  name: string;
  kind?: NodeKind;
  /** Where it is asked, as it tells others. */
  apiAddress(): string;
  clusterAddress: string;
  state?(): NodeState;
}

/** One node of a cluster: open or sealed by itself, whatever the others are. */
export class VaultNode {
  readonly name: string;
  readonly kind: NodeKind;
  readonly clusterAddress: string;
  readonly unsealing = new ShareRound();
  sealed = true;
  /** Taken out of the cluster's peers; it does not come back by itself. */
  isRemoved = false;
  /** The last write that it has; that of the active one is the cluster's. */
  appliedIndex = 0;
  private readonly parts: NodeParts;

  constructor(parts: NodeParts) {
    this.parts = parts;
    this.name = parts.name;
    this.kind = parts.kind ?? "ordinary";
    this.clusterAddress = parts.clusterAddress;
  }

  get apiAddress(): string {
    return this.parts.apiAddress();
  }

  get state(): NodeState {
    return this.parts.state?.() ?? { isAway: false, isHeldBack: false };
  }

  /** Whether it keeps the cluster's storage and has a voice in who is active. */
  get votes(): boolean {
    return !this.sealed && !this.isRemoved && !this.state.isAway && this.kind !== "dr-secondary";
  }
}
