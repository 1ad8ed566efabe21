import type { RekeyApi } from "./api.ts";
import type { HeldKey } from "./way.ts";

/** How far the making of new shares is. */
export interface RekeyStanding {
  /** What the shares are of. */
  held: HeldKey;
  state: "none" | "old-shares" | "new-shares";
  /** The attempt; another one at every beginning, and at every new round of proof. */
  nonce: string;
  /** Of the attempt as a whole. */
  begun: string;
  entered: number;
  needed: number;
  /** Of the new shares. */
  threshold: number;
  shares: number;
  fingerprints: readonly string[];
  verified: boolean;
}

const none = {
  ...{ state: "none" as const, nonce: "", begun: "", entered: 0, needed: 0, threshold: 0, shares: 0 },
  ...{ fingerprints: [], verified: false },
};

/** Asks how it stands. Throws OpsErrors. */
export async function rekeyStanding(api: RekeyApi, signal: AbortSignal): Promise<RekeyStanding> {
  const status = await api.status(signal);
  const { held } = status;
  if (!status.started) return { ...none, held };
  const common = {
    held,
    begun: status.nonce,
    threshold: status.t,
    shares: status.n,
    fingerprints: (status.pgp_fingerprints ?? []).map((each) => each.toLowerCase()),
    verified: status.verification_required,
  };
  if (status.verification_nonce === "")
    return {
      ...common,
      ...{ state: "old-shares", nonce: status.nonce, entered: status.progress, needed: status.required },
    };
  const proof = await api.proof(signal);
  return { ...common, state: "new-shares", nonce: proof.nonce, entered: proof.progress, needed: proof.t };
}
