import { z } from "zod";
import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { VaultAccess } from "./access.ts";
import { envelopeOf } from "./answers.ts";
import { service } from "./faults.ts";
import { urlPath } from "./reference.ts";
import { refusal } from "./refusal.ts";

const signedSchema = envelopeOf(z.object({ signed_key: z.string().min(1).max(20_000) }));

/**
 * Has a public key signed as a user's certificate (https://developer.hashicorp.com/vault/api-docs/secret/ssh#sign-ssh-key);
 * gives the line of an `…-cert.pub`. Throws `vault.certificate-refused` where the role does not sign for this user or not
 * for so long, and what VaultAccess throws.
 */
export async function signKey(
  access: VaultAccess,
  wanted: { mount: string; role: string; user: string; life: string; publicKey: string },
  signal: AbortSignal,
): Promise<string> {
  const { mount, role, user, life, publicKey } = wanted;
  const request = {
    method: "POST",
    path: `${urlPath(mount)}/sign/${encodeURIComponent(role)}`,
    body: { public_key: publicKey, valid_principals: user, cert_type: "user", ttl: life },
    explain: (status: number, words: string) => explain(access.name, wanted, status, words),
    signal,
  } as const;
  const { data } = await access.read(request, signedSchema);
  return data.signed_key;
}

function explain(
  name: string,
  { role, user, life }: { role: string; user: string; life: string },
  status: number,
  words: string,
): OpsError | null {
  if (status !== 400) return null;
  const usual = refusal(name, status, words);
  if (usual.code !== "vault.refused") return usual;
  return service.fault(
    "certificate-refused",
    text(
      `${name} does not sign a certificate of ${life} for ${user} by the role ${role}.`,
      `${name} ne signe pas de certificat de ${life} pour ${user} avec le rôle ${role}.`,
    ),
    text(
      "Check the role's name, its `allowed_users` and its `max_ttl`, or ask for a shorter `life` in the estate file.",
      "Vérifiez le nom du rôle, ses « allowed_users » et son « max_ttl », ou demandez une « life » plus courte dans le fichier de parc.",
    ),
  );
}
