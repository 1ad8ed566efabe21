import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { VaultAccess } from "./access.ts";
import { envelopeOf } from "./answers.ts";
import { service } from "./faults.ts";
import type { Sending } from "./new-secrets.ts";
import { urlPath } from "./reference.ts";
import { refusal } from "./refusal.ts";

const pemSchema = z.string().min(1).max(100_000);
const signedSchema = envelopeOf(
  z.object({
    certificate: pemSchema,
    issuing_ca: pemSchema.optional(),
    ca_chain: z.array(pemSchema).max(20).nullish().catch(null),
  }),
);
const revokedSchema = envelopeOf(z.object({ revocation_time: z.number().int().positive() }).nullish());
const standingSchema = envelopeOf(z.object({ revocation_time: z.number().catch(0).default(0) }));

/**
 * Has a certificate request signed by a role of a Vault's PKI, with the names that it asks for, for `seconds` or as long as the
 * role has it (https://developer.hashicorp.com/vault/api-docs/secret/pki#sign-certificate); gives the certificate and its chain as PEM.
 * Throws `vault.certificate-refused` where the role does not sign for these names, and what VaultAccess throws.
 */
export async function signRequest(
  access: VaultAccess,
  { mount, role, request, seconds }: { mount: string; role: string; request: string; seconds?: number },
  { signal, committed }: Sending,
): Promise<string> {
  const asked = {
    method: "POST",
    path: `${urlPath(mount)}/sign/${encodeURIComponent(role)}`,
    body: { csr: request, format: "pem", ...(seconds === undefined ? {} : { ttl: `${seconds}s` }) },
    explain: (status: number, words: string) => explain(access.name, role, status, words),
    signal,
    onSent: committed,
  } as const;
  const { data } = await access.read(asked, signedSchema);
  const above = data.ca_chain?.length
    ? data.ca_chain
    : data.issuing_ca === undefined
      ? []
      : [data.issuing_ca];
  return [data.certificate, ...above].map((pem) => `${pem.trim()}\n`).join("");
}

/**
 * Takes back what a mount of PKI has issued, by its serial number as `serialOf` gives it; again does no harm
 * (https://developer.hashicorp.com/vault/api-docs/secret/pki#revoke-certificate). Gives the moment of it in milliseconds, as the
 * authority tells it; null where it has expired, which needs no revoking any more. Throws `vault.certificate-unknown` where the
 * mount has issued nothing of that number, `vault.not-allowed`, and what VaultAccess throws.
 */
export async function revokeIssued(
  access: VaultAccess,
  { mount, serial }: { mount: string; serial: string },
  { signal, committed }: Sending,
): Promise<number | null> {
  const asked = {
    method: "POST",
    path: `${urlPath(mount)}/revoke`,
    body: { serial_number: serial },
    explain: (status: number, words: string) =>
      (status === 400 || status === 404) && words.includes("not found")
        ? notIssued(access.name, mount, serial)
        : null,
    signal,
    onSent: committed,
  } as const;
  const { data } = await access.read(asked, revokedSchema);
  return data ? data.revocation_time * 1000 : null;
}

/**
 * Whether a mount of PKI tells of one that it has issued that it is revoked
 * (https://developer.hashicorp.com/vault/api-docs/secret/pki#read-certificate). Throws what VaultAccess throws.
 */
export async function isRevoked(
  access: VaultAccess,
  { mount, serial }: { mount: string; serial: string },
  signal: AbortSignal,
): Promise<boolean> {
  const path = `${urlPath(mount)}/cert/${encodeURIComponent(serial)}`;
  return (await access.read({ path, signal }, standingSchema)).data.revocation_time > 0;
}

/** The serial number of the first certificate of a PEM as Vault writes it: bytes in lower case with colons. Throws where there is none. */
export function serialOf(pem: string): string {
  const number = new X509Certificate(pem).serialNumber.toLowerCase();
  return (number.match(/../g) ?? []).join(":");
}

function notIssued(name: string, mount: string, serial: string): OpsError {
  return service.fault(
    "certificate-unknown",
    text(
      `${mount} in ${name} has issued no certificate ${serial}.`,
      `${mount} dans ${name} n'a émis aucun certificat ${serial}.`,
    ),
    text(
      "Check the mount; what another authority has issued is revoked there.",
      "Vérifiez le montage ; ce qu'une autre autorité a émis se révoque auprès d'elle.",
    ),
  );
}

function explain(name: string, role: string, status: number, words: string): OpsError | null {
  if (status !== 400) return null;
  const usual = refusal(name, status, words);
  if (usual.code !== "vault.refused") return usual;
  return service.fault(
    "certificate-refused",
    text(
      `${name} does not sign this request by the role ${role}; nothing was issued.`,
      `${name} ne signe pas cette demande avec le rôle ${role} ; rien n'a été émis.`,
    ),
    text(
      "Check the role's name, its `allowed_domains`, its `key_type` and its `max_ttl` against the request.",
      "Comparez à la demande le nom du rôle, ses « allowed_domains », son « key_type » et son « max_ttl ».",
    ),
  );
}
