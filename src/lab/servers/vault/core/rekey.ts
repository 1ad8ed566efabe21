import { randomUUID } from "node:crypto";
import { type Barrier, type SealConfig, ShareRound } from "./barrier.ts";
import { badRequest } from "./failure.ts";

type Prepared = ReturnType<Barrier["prepare"]>;

interface Rekeying {
  config: SealConfig;
  isVerified: boolean;
  nonce: string;
  round: ShareRound;
  /** New shares that wait to be shown once more before they count. */
  proposal: { made: Prepared; nonce: string; round: ShareRound } | null;
}

/** The change to new shares: begun, authorised by the old ones, and, where asked for, proven by the new ones. */
export class Rekey {
  private readonly barrier: Barrier;
  private current: Rekeying | null = null;

  constructor(barrier: Barrier) {
    this.barrier = barrier;
  }

  begin(config: SealConfig, isVerified: boolean): void {
    if (this.current) throw badRequest("rekey already in progress");
    // Refuses figures that do not fit before anybody enters a share.
    this.barrier.prepare(config);
    this.current = { config, isVerified, nonce: randomUUID(), round: new ShareRound(), proposal: null };
  }

  cancel(): void {
    this.current = null;
  }

  status(): Record<string, unknown> {
    const { current, barrier } = this;
    return {
      nonce: current?.nonce ?? "",
      started: current !== null,
      t: current?.config.threshold ?? 0,
      n: current?.config.shares ?? 0,
      progress: current?.round.progress ?? 0,
      required: barrier.config?.threshold ?? 0,
      pgp_fingerprints: null,
      backup: false,
      verification_required: current?.isVerified ?? false,
      ...(current?.proposal && { verification_nonce: current.proposal.nonce }),
    };
  }

  /** One of the old shares; the new ones come with the last that is needed. */
  update(nonce: string, share: Buffer): Record<string, unknown> {
    const current = this.started(nonce);
    if (current.proposal)
      throw badRequest("rekey operation already finished; verification must be performed");
    const threshold = this.barrier.config?.threshold ?? 1;
    const rootKey = current.round.take(share, threshold);
    if (rootKey === null) return this.status();
    if (!this.barrier.opens(rootKey)) throw badRequest("rekey failed, invalid key");
    const made = this.barrier.prepare(current.config);
    const answer = {
      nonce: current.nonce,
      complete: true,
      keys: made.shares.map((each) => each.toString("hex")),
      keys_base64: made.shares.map((each) => each.toString("base64")),
      pgp_fingerprints: null,
      backup: false,
      verification_required: current.isVerified,
    };
    if (!current.isVerified) {
      made.adopt();
      this.current = null;
      return answer;
    }
    current.proposal = { made, nonce: randomUUID(), round: new ShareRound() };
    return { ...answer, verification_nonce: current.proposal.nonce };
  }

  verification(): Record<string, unknown> {
    const { current } = this;
    if (!current?.proposal) throw badRequest("no rekey verification in progress");
    const { threshold, shares } = current.config;
    return {
      nonce: current.proposal.nonce,
      started: true,
      t: threshold,
      n: shares,
      progress: current.proposal.round.progress,
    };
  }

  /** One of the new shares; they are in force with the last that is needed. */
  verify(nonce: string, share: Buffer): Record<string, unknown> {
    const { current } = this;
    if (!current?.proposal) throw badRequest("no rekey verification in progress");
    const { proposal } = current;
    if (nonce !== proposal.nonce)
      throw badRequest(`incorrect nonce supplied; nonce for this verify operation is "${proposal.nonce}"`);
    const rootKey = proposal.round.take(share, current.config.threshold);
    if (rootKey === null) return this.verification();
    if (!proposal.made.opensNew(rootKey)) {
      proposal.nonce = randomUUID();
      throw badRequest("rekey verification failed; incorrect shares");
    }
    proposal.made.adopt();
    this.current = null;
    return { nonce, complete: true };
  }

  /** What was entered of the new shares does not count any more. */
  restartVerification(): void {
    const proposal = this.current?.proposal;
    if (!proposal) throw badRequest("no rekey verification in progress");
    proposal.round.reset();
    proposal.nonce = randomUUID();
  }

  private started(nonce: string): Rekeying {
    if (!this.current) throw badRequest("no barrier rekey in progress");
    if (nonce !== this.current.nonce)
      throw badRequest(`incorrect nonce supplied; nonce for this rekey operation is "${this.current.nonce}"`);
    return this.current;
  }
}
