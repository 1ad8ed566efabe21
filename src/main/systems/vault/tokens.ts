import { z } from "zod";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import type { VaultToken, VaultTokens } from "../../../shared/vault-tokens.ts";
import { envelopeOf } from "../../vault/answers.ts";
import { service } from "../../vault/faults.ts";
import type { VaultApi } from "./api.ts";

/** Tokens that are looked up at most: the list has no pages. */
const mostRead = 500;
const atOnce = 4;

/** What a token is by its accessor (https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token-accessor). */
const tokenSchema = envelopeOf(
  z.object({
    accessor: z.string().catch(""),
    display_name: z.string().catch(""),
    path: z.string().catch(""),
    policies: z.array(z.string()).nullish().catch(null),
    identity_policies: z.array(z.string()).nullish().catch(null),
    /** Seconds since 1970. */
    creation_time: z.number().catch(0),
    expire_time: z.string().nullish().catch(null),
    num_uses: z.number().catch(0),
    orphan: z.boolean().catch(false),
    renewable: z.boolean().catch(false),
    /** Seconds; 0 for one without an end. */
    ttl: z.number().catch(0),
  }),
);
const selfSchema = envelopeOf(z.object({ accessor: z.string().catch("") }));

/** A token by its accessor; null for one that is gone. Never the token itself. */
export async function lookUpToken(
  { access, name }: VaultApi,
  accessor: string,
  signal: AbortSignal,
): Promise<Omit<VaultToken, "own"> | null> {
  try {
    const { data } = await access.read(
      {
        ...{ method: "POST", path: "auth/token/lookup-accessor", body: { accessor }, signal },
        explain: (_status, words) => (/invalid accessor/.test(words) ? noSuchAccessor(name) : null),
      },
      tokenSchema,
    );
    return {
      accessor,
      name: data.display_name,
      path: data.path,
      policies: [...new Set([...(data.policies ?? []), ...(data.identity_policies ?? [])])].slice(0, 50),
      createdAt: data.creation_time > 0 ? data.creation_time * 1000 : null,
      expiresAt: Date.parse(data.expire_time ?? "") || null,
      uses: data.num_uses,
      orphan: data.orphan,
      renewable: data.renewable,
    };
  } catch (error) {
    if (error instanceof OpsError && error.code === "vault.no-such-accessor") return null;
    throw error;
  }
}

/** The accessor of the console's own token. */
export async function ownAccessor({ access }: VaultApi, signal: AbortSignal): Promise<string> {
  return (await access.read({ path: "auth/token/lookup-self", signal }, selfSchema)).data.accessor;
}

/** Every token that lives, by its accessor, the latest first; those beyond the first 500 are only counted. Throws OpsErrors. */
export async function listTokens(api: VaultApi, now: number, signal: AbortSignal): Promise<VaultTokens> {
  const [accessors, own] = await Promise.all([
    api.list("auth/token/accessors", signal),
    ownAccessor(api, signal),
  ]);
  const queue = accessors.slice(0, mostRead);
  const tokens: VaultToken[] = [];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const found = await lookUpToken(api, next, signal);
      if (found) tokens.push({ ...found, own: next === own });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  signal.throwIfAborted();
  tokens.sort(
    (one, other) =>
      (other.createdAt ?? 0) - (one.createdAt ?? 0) || one.accessor.localeCompare(other.accessor),
  );
  return { tokens, total: accessors.length, readAt: now };
}

function noSuchAccessor(name: string): OpsError {
  return service.fault(
    "no-such-accessor",
    text(`${name} has no token of this accessor.`, `${name} n'a pas de jeton de cet accesseur.`),
    text("It has expired or was revoked already.", "Il a expiré ou a déjà été révoqué."),
  );
}
