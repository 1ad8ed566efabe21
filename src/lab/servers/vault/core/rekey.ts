import { randomUUID } from "node:crypto";
import { encryptTo, type Recipient, readRecipient } from "../crypto/openpgp.ts";
import { type Barrier, type SealConfig, ShareRound } from "./barrier.ts";
import { badRequest, notFound } from "./failure.ts";

type Prepared = ReturnType<Barrier["prepare"]>;

export interface RekeyWish {
  config: SealConfig;
  isVerified: boolean;
  /** OpenPGP keys in base64, one for each new share; null gives the shares out as they are. */
  keys: readonly string[] | null;
  /** What is sealed with them is kept besides, until somebody has it removed. */
  isKept: boolean;
}

interface Rekeying extends Omit<RekeyWish, "keys"> {
  recipients: readonly Recipient[] | null;
  nonce: string;
  round: ShareRound;
  /** New shares that wait to be shown once more before they count. */
  proposal: { made: Prepared; nonce: string; round: ShareRound } | null;
}

/** The change to new shares: begun, authorised by the old ones, and, where asked for, proven by the new ones. */
export class Rekey {
  private readonly barrier: Barrier;
  private current: Rekeying | null = null;
  /** Shares that only their holders can open, by the fingerprints of their keys. */
  private kept: { nonce: string; sealed: readonly [fingerprint: string, message: Buffer][] } | null = null;

  constructor(barrier: Barrier) {
    this.barrier = barrier;
  }

  begin({ config, isVerified, keys, isKept }: RekeyWish): void {
    if (this.current) throw badRequest("rekey already in progress");
    // Refuses figures and keys that do not fit before anybody enters a share.
    this.barrier.prepare(config);
    if (keys && keys.length !== config.shares)
      throw badRequest(
        "invalid seal configuration: count mismatch between number of provided PGP keys and number of shares",
      );
    if (isKept && !keys)
      throw badRequest("cannot request a backup of the new keys without providing PGP keys for encryption");
    const recipients = keys?.map(recipientOf) ?? null;
    const fresh = { nonce: randomUUID(), round: new ShareRound(), proposal: null };
    this.current = { config, isVerified, isKept, recipients, ...fresh };
  }

  cancel(): void {
    this.current = null;
  }

  /** The sealed shares of the last time that they were to be kept. Throws VaultFailure where there are none. */
  backup(): Record<string, unknown> {
    if (!this.kept) throw notFound();
    const { nonce, sealed } = this.kept;
    const listed = (encoding: "hex" | "base64") => {
      const by: Record<string, string[]> = {};
      for (const [fingerprint, message] of sealed)
        by[fingerprint] = [...(by[fingerprint] ?? []), message.toString(encoding)];
      return by;
    };
    return { nonce, keys: listed("hex"), keys_base64: listed("base64") };
  }

  removeBackup(): void {
    this.kept = null;
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
      pgp_fingerprints: current ? fingerprintsOf(current) : null,
      backup: current?.isKept ?? false,
      verification_required: current?.isVerified ?? false,
      ...(current?.proposal && { verification_nonce: current.proposal.nonce }),
    };
  }

  /** One of the old shares; the new ones come with the last that is needed. */
  update(nonce: string, share: Buffer): Record<string, unknown> {
    const current = this.started(nonce);
    if (current.proposal)
      throw badRequest("rekey operation already finished; verification must be performed");
    if (current.round.has(share))
      throw badRequest("given key has already been provided during this generation operation");
    const threshold = this.barrier.config?.threshold ?? 1;
    const rootKey = current.round.take(share, threshold);
    if (rootKey === null) return this.status();
    if (!this.barrier.opens(rootKey)) throw badRequest("root key verification failed: invalid key");
    const made = this.barrier.prepare(current.config);
    const given = this.seal(current, made.shares);
    const answer = {
      nonce: current.nonce,
      complete: true,
      keys: given.map((each) => each.toString("hex")),
      keys_base64: given.map((each) => each.toString("base64")),
      pgp_fingerprints: fingerprintsOf(current),
      backup: current.isKept,
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
    if (proposal.round.has(share))
      throw badRequest("given key has already been provided during this verify operation");
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

  /** The shares as they are handed out: to a key each, as the words in hexadecimal that they are, where there are keys. */
  private seal({ recipients, isKept, nonce }: Rekeying, shares: readonly Buffer[]): Buffer[] {
    if (!recipients) return [...shares];
    const sealed = recipients.map((recipient, index): [string, Buffer] => [
      recipient.fingerprint,
      encryptTo(recipient, Buffer.from(shares[index]?.toString("hex") ?? "", "latin1")),
    ]);
    if (isKept) this.kept = { nonce, sealed };
    return sealed.map(([, message]) => message);
  }

  private started(nonce: string): Rekeying {
    if (!this.current) throw badRequest("no barrier rekey in progress");
    if (nonce !== this.current.nonce)
      throw badRequest(`incorrect nonce supplied; nonce for this rekey operation is "${this.current.nonce}"`);
    return this.current;
  }
}

const fingerprintsOf = ({ recipients }: Rekeying) =>
  recipients?.map(({ fingerprint }) => fingerprint) ?? null;

function recipientOf(key: string): Recipient {
  try {
    return readRecipient(Buffer.from(key, "base64"));
  } catch {
    throw badRequest("error parsing PGP key: the key is not one that can be encrypted to");
  }
}
