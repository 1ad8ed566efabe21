import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { revokeIssued, serialOf, signRequest } from "../../../vault/certificate-authority.ts";
import { uncoveredNames } from "../../../x509/names.ts";
import { certifiedKeyDigest, readPem } from "../../../x509/read.ts";
import { readRequest } from "../../../x509/request.ts";
import type { CertificateWatch } from "../certificates.ts";
import { type Field, lineField, type VaultActionParts } from "./parts.ts";

const day = 86_400;

/** What everything that is signed by an authority in Vault is asked for. */
export const signingInput = {
  role: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._-]{1,200}$/),
  /** As long as the role has it when empty. */
  days: z.union([z.literal(""), z.null(), z.coerce.number().int().min(1).max(3650)]).default(""),
};
export type Signing = { role: string; days: "" | null | number };

/** The fields of it; a role is chosen from those that the mount has, where they may be seen. */
export function signingFields(roles: readonly string[] | null): Field[] {
  const role = text("Role", "Rôle");
  return [
    roles && roles.length > 0
      ? {
          ...lineField("role", role, { type: "choice", initial: roles[0] ?? null }),
          choices: roles.map((value) => ({ value, label: text(value, value) })),
        }
      : lineField("role", role),
    lineField("days", text("Days (empty: as the role has it)", "Jours (vide : selon le rôle)"), {
      type: "number",
      required: false,
    }),
  ];
}

/** Where an action on an authority is offered, and why it is greyed. */
export function onAuthorities({ observer }: VaultActionParts) {
  return {
    kinds: ["service" as const],
    bulk: false,
    appliesTo: ({ id }: Pick<Resource, "id">) => observer.mountOf(id)?.type === "pki",
    unavailable: ({ id }: Pick<Resource, "id">) => (observer.authorityOf(id) ? null : notWatched),
  };
}

/** The authority that a resource is. Its action is greyed where there is none. */
export function authorityOf({ observer }: VaultActionParts, { resource }: Pick<ActionContext, "resource">) {
  const found = observer.authorityOf(resource.id);
  if (!found) throw new RangeError(`${resource.id} is no authority that is watched`);
  return found;
}

/** Whether a role may sign; in a sentence why not. */
export function unknownRole(watch: CertificateWatch, role: string): LocalText | null {
  if (!watch.roles || watch.roles.includes(role)) return null;
  const known = watch.roles.join(", ") || "–";
  return text(
    `${watch.mount} has no role ${role}; it has: ${known}.`,
    `${watch.mount} n'a pas de rôle ${role} ; il a : ${known}.`,
  );
}

/** Has a request signed; the serial number and the certificate with its chain as the journal keeps them. */
export async function signed(
  { api }: VaultActionParts,
  watch: CertificateWatch,
  { role, days }: Signing,
  request: string,
  { signal, committed }: Pick<ActionContext, "signal" | "committed">,
) {
  const seconds = typeof days === "number" ? { seconds: days * day } : {};
  const wanted = { mount: watch.mount, role, request, ...seconds };
  const certificate = await signRequest(api.access, wanted, { signal, committed });
  return { data: { certificate, serial: serialOf(certificate) } };
}

/** Reads what was issued by its serial number again, and sees whether it is for the key and the names of the request. */
export async function proveSigned(
  { api }: VaultActionParts,
  watch: CertificateWatch,
  request: string,
  serial: string,
  signal: AbortSignal,
): Promise<Verification> {
  const asked = readRequest(request);
  const [found] = serial
    ? (readPem((await api.certificate(watch.mount, serial, signal)).certificate) ?? [])
    : [];
  if (!found || !asked) return { proven: false, disproven: true, text: noCertificate, data: {} };
  const isOfKey = certifiedKeyDigest(found) === asked.keyDigest;
  const names = namesOf(found);
  const missing = uncoveredNames(names, asked.names);
  if (!isOfKey || missing.length > 0)
    return {
      proven: false,
      disproven: true,
      text: isOfKey
        ? text(
            `The role has left out ${missing.join(", ")}; the certificate ${serial} was issued without.`,
            `Le rôle a écarté ${missing.join(", ")} ; le certificat ${serial} a été émis sans.`,
          )
        : text(
            `The certificate ${serial} is for another key than the request.`,
            `Le certificat ${serial} correspond à une autre clé que celle de la demande.`,
          ),
      data: { serial },
    };
  const until = new Date(found.validTo).toISOString().slice(0, 10);
  return {
    proven: true,
    text: text(
      `The authority has issued ${serial}, good for ${names.join(", ")} until ${until}.`,
      `L'autorité a émis ${serial}, valable pour ${names.join(", ")} jusqu'au ${until}.`,
    ),
    data: { serial, notAfter: Date.parse(found.validTo), fingerprint: found.fingerprint256 },
  };
}

/** Looks for what was issued for a key besides what was there before. */
export async function settleSigned(
  watch: CertificateWatch,
  digest: string,
  before: readonly string[],
  signal: AbortSignal,
): Promise<Settlement> {
  const serial = await newestFor(watch, digest, before, signal);
  return serial
    ? {
        effect: "happened",
        text: text(`The authority has issued ${serial}.`, `L'autorité a émis ${serial}.`),
        data: { serial },
      }
    : { effect: "did-not-happen", text: noCertificate, data: {} };
}

/** Takes back what was issued for a key besides what was there before. */
export async function revokeSigned(
  { api }: VaultActionParts,
  watch: CertificateWatch,
  digest: string,
  before: readonly string[],
  context: Pick<ActionContext, "signal" | "committed">,
): Promise<Verification> {
  const serial = await newestFor(watch, digest, before, context.signal);
  if (!serial) return { proven: true, text: noCertificate, data: {} };
  await revokeIssued(api.access, { mount: watch.mount, serial }, context);
  watch.reconsider(serial);
  const { revocation_time: at } = await api.certificate(watch.mount, serial, context.signal);
  return {
    proven: at > 0,
    text: at > 0 ? revokedWords(serial) : text(`${serial} is not revoked.`, `${serial} n'est pas révoqué.`),
    data: { serial, revokedAt: at },
  };
}

export const revokedWords = (serial: string) => text(`${serial} is revoked.`, `${serial} est révoqué.`);

/** How an action tells of what it probed: a digest, and the serial numbers that a key had before. */
export function beforeIn(observed: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(observed.before) ? observed.before.map(String) : [];
}

async function newestFor(
  watch: CertificateWatch,
  digest: string,
  before: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  await watch.read(signal);
  return watch.ofKey(digest).find((serial) => !before.includes(serial)) ?? null;
}

function namesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? "")
    .split(", ")
    .map((each) => each.replace(/^(DNS|IP Address):/, ""))
    .filter((each) => each !== "");
}

const noCertificate = text(
  "The authority has no certificate for this request.",
  "L'autorité n'a aucun certificat pour cette demande.",
);
const notWatched = text(
  "The estate does not name this mount under `pki`, so that what it issues would not be seen.",
  "Le parc ne nomme pas ce montage sous « pki » : ce qu'il émet ne serait pas vu.",
);
