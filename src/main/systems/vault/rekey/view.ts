import { OpsError, toOpsError } from "../../../../shared/errors.ts";
import type { RekeyView } from "../../../../shared/vault-keys.ts";
import type { RekeyApi } from "./api.ts";
import type { Holder, HolderList } from "./holders.ts";
import { rekeyStanding } from "./standing.ts";

/**
 * How the making of new shares stands, with what is sealed for each holder. Nothing of it is a secret: a sealed share opens with
 * its holder's own key alone. Throws OpsErrors.
 */
export async function rekeyView(
  api: RekeyApi,
  holders: HolderList,
  now: () => number,
  signal: AbortSignal,
): Promise<RekeyView> {
  const [standing, sealed, known] = await Promise.all([
    rekeyStanding(api, signal),
    sealedShares(api, signal),
    read(holders),
  ]);
  const named = known.holders.map(({ fingerprint }) => fingerprint);
  const used = new Set([...standing.fingerprints, ...sealed.keys()]);
  return {
    state: standing.state,
    held: standing.held,
    attempt: standing.nonce,
    entered: standing.entered,
    needed: standing.needed,
    threshold: standing.threshold,
    shares: standing.shares,
    holders: holders.names.map((id) => {
      const fingerprint = known.holders.find((each) => each.id === id)?.fingerprint ?? null;
      return { id, fingerprint, sealed: (fingerprint && sealed.get(fingerprint)) || null };
    }),
    strangers: known.error ? [] : [...used].filter((each) => !named.includes(each)).slice(0, 50),
    error: known.error,
    readAt: now(),
  };
}

async function read(list: HolderList): Promise<{ holders: Holder[]; error: RekeyView["error"] }> {
  try {
    return { holders: await list.read(), error: null };
  } catch (error) {
    return { holders: [], error: toOpsError(error, "vault").toWire() };
  }
}

/** By the fingerprints of the keys that open them; none where whoever is signed in may not see them. */
async function sealedShares(api: RekeyApi, signal: AbortSignal): Promise<Map<string, string>> {
  try {
    const kept = await api.sealed(signal);
    return new Map(
      Object.entries(kept?.keys_base64 ?? {}).flatMap(([fingerprint, [message]]) =>
        message === undefined ? [] : [[fingerprint.toLowerCase(), armoured(message)]],
      ),
    );
  } catch (error) {
    if (error instanceof OpsError && error.code === "vault.not-allowed") return new Map();
    throw error;
  }
}

/** A message in base64 as people hand it to their own program (RFC 9580, 6.2; its checksum may be left out). */
function armoured(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PGP MESSAGE-----\n\n${lines.join("\n")}\n-----END PGP MESSAGE-----\n`;
}
