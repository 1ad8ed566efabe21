import type { CertificateState } from "../../shared/certificates.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { CertificateRecord } from "./records.ts";

const day = 86_400_000;
const hour = 3_600_000;

/** Why a certificate stands as it does, in a sentence. */
export function stateWords(state: CertificateState, record: CertificateRecord, now: number): LocalText {
  const { notAfter, notBefore, servedAs, renewsAt } = record;
  const end = notAfter ?? now;
  switch (state) {
    case "expired": {
      const since = lasting(now - end);
      return text(
        `It ended ${since.en} ago, on ${moment(end)}.`,
        `Il a expiré il y a ${since.fr}, le ${moment(end)}.`,
      );
    }
    case "revoked":
      return text("Its authority has revoked it.", "Son autorité l'a révoqué.");
    case "wrong-name":
      return text(
        `It is shown for ${servedAs ?? "–"}, which is not among its names.`,
        `Il est présenté pour ${servedAs ?? "–"}, qui ne figure pas parmi ses noms.`,
      );
    case "untrusted":
      return text(
        "No authority that is trusted vouches for it.",
        "Aucune autorité reconnue ne s'en porte garante.",
      );
    case "not-yet":
      return text(
        `It is not valid before ${moment(notBefore ?? now)}.`,
        `Il n'est pas valable avant le ${moment(notBefore ?? now)}.`,
      );
    case "unknown":
      return text("When it ends is not known.", "Sa date d'expiration n'est pas connue.");
    case "self-signed":
      return text(
        `It is self-signed and trusted by its fingerprint; it ends on ${moment(end)}.`,
        `Il est auto-signé et reconnu par son empreinte ; il expire le ${moment(end)}.`,
      );
    case "late":
    case "soon":
    case "ok":
      return ending(end, record.renewal === "automatic" ? renewsAt : null, state, now);
  }
}

function ending(end: number, renewsAt: number | null, state: CertificateState, now: number): LocalText {
  const left = lasting(end - now);
  if (renewsAt === null) {
    return text(`It ends in ${left.en}, on ${moment(end)}.`, `Il expire dans ${left.fr}, le ${moment(end)}.`);
  }
  if (state === "ok") {
    return text(
      `It renews itself from ${moment(renewsAt)} on; it ends in ${left.en}.`,
      `Il se renouvelle à partir du ${moment(renewsAt)} ; il expire dans ${left.fr}.`,
    );
  }
  return text(
    `It should have renewed itself on ${moment(renewsAt)} and has not; it ends in ${left.en}.`,
    `Il aurait dû se renouveler le ${moment(renewsAt)} et ne l'a pas fait ; il expire dans ${left.fr}.`,
  );
}

function lasting(milliseconds: number): LocalText {
  const days = Math.floor(milliseconds / day);
  if (days >= 1)
    return text(`${days} ${days === 1 ? "day" : "days"}`, `${days} ${days === 1 ? "jour" : "jours"}`);
  const hours = Math.floor(milliseconds / hour);
  if (hours >= 1) return text(`${hours} h`, `${hours} h`);
  return text("less than an hour", "moins d'une heure");
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
