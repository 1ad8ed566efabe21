import { z } from "zod";
import { envelopeOf } from "../answers.ts";
import { vaultFault } from "../faults.ts";
import { refusal } from "../refusal.ts";
import type { LoginParts } from "./login-parts.ts";

const secretIdSchema = envelopeOf(z.object({ secret_id: z.string().min(1) }));
const wrappedSchema = envelopeOf(z.object({ creation_path: z.string() }));

/**
 * The secret-id behind a wrapping token, which works once. Where it was wrapped is looked at first: a token of another
 * origin may have been put in its place by whoever took the real one. Throws `vault.wrapping-spent`.
 */
export async function unwrapSecretId(
  token: string,
  { client, conceal }: LoginParts,
  signal: AbortSignal,
): Promise<string> {
  const explain = (status: number, words: string) =>
    // A token that is spent is no token any more.
    status === 400 || status === 403 ? explainSpent(client.name, status, words) : null;
  conceal(token);
  const looked = await client.read(
    { method: "POST", path: "sys/wrapping/lookup", body: { token }, explain, signal },
    wrappedSchema,
  );
  if (!/\/role\/[^/]+\/secret-id$/.test(looked.data.creation_path)) {
    throw vaultFault("wrapping-foreign", client.name);
  }
  const { data } = await client.read(
    { method: "POST", path: "sys/wrapping/unwrap", token, explain, signal },
    secretIdSchema,
  );
  conceal(data.secret_id);
  return data.secret_id;
}

function explainSpent(name: string, status: number, words: string) {
  const usual = refusal(name, status, words);
  return usual.code === "vault.sealed" ? usual : vaultFault("wrapping-spent", name);
}
