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
    case "weak-key":
      return text(
        `Its key (${record.key ?? "–"}) or its signature (${record.signature ?? "–"}) is too weak: it can be forged.`,
        `Sa clé (${record.key ?? "–"}) ou sa signature (${record.signature ?? "–"}) est trop faible : il peut être contrefait.`,
      );
    case "incomplete":
      return text(
        `The certificate of ${record.issuer ?? "–"}, which vouches for it, is missing from what comes with it.`,
        `Le certificat de ${record.issuer ?? "–"}, qui s'en porte garant, manque parmi ceux qui l'accompagnent.`,
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

/** What can be done about it; null where it needs nobody. */
export function stateHint(state: CertificateState, { renewal, from }: CertificateRecord): LocalText | null {
  switch (state) {
    case "expired":
    case "late":
    case "soon":
      if (renewal === "automatic") return hints.automatic;
      return from === "bundle" ? hints.bundle : hints.renew;
    case "revoked":
      return hints.replace;
    case "wrong-name":
      return hints.names;
    case "weak-key":
      return hints.key;
    case "incomplete":
      return hints.chain;
    case "untrusted":
      return hints.authority;
    case "not-yet":
      return hints.clock;
    case "unknown":
      return hints.read;
    case "self-signed":
    case "ok":
      return null;
  }
}

const hints = {
  renew: text(
    "Make a request, have it signed and install what comes back: the procedure renew-certificate does all of it.",
    "Créez une demande, faites-la signer et installez le certificat reçu : la procédure renew-certificate fait tout cela.",
  ),
  automatic: text(
    "Look at what renews it (its issuer, its orders), then have it renewed.",
    "Examinez ce qui le renouvelle (son émetteur, ses commandes), puis faites-le renouveler.",
  ),
  bundle: text(
    "Put its authority's next certificate beside it into the ConfigMap, and take it out once nothing is signed by it any more.",
    "Ajoutez à côté, dans le ConfigMap, le prochain certificat de son autorité, et retirez-le quand il ne signe plus rien.",
  ),
  replace: text(
    "Find out why, then replace it by one for a new key.",
    "Cherchez pourquoi, puis remplacez-le par un certificat pour une nouvelle clé.",
  ),
  names: text(
    "Have a certificate with this name installed there, or ask for it by one of its names.",
    "Faites-y installer un certificat portant ce nom, ou joignez-le sous l'un de ses noms.",
  ),
  key: text(
    "Request another one for a new key (EC P-256 or RSA 3072), and have it signed with SHA-256.",
    "Demandez-en un autre pour une nouvelle clé (EC P-256 ou RSA 3072) et faites-le signer avec SHA-256.",
  ),
  chain: text(
    "Install it with the certificates of the authorities between it and its root.",
    "Installez-le avec les certificats des autorités entre lui et sa racine.",
  ),
  authority: text(
    "Name its authority in the estate file (certificateAuthority), or its fingerprint (pin), once you have checked it.",
    "Indiquez son autorité (certificateAuthority) ou son empreinte (pin) dans le fichier de parc, après vérification.",
  ),
  clock: text(
    "Compare the clock of this workstation with that of its authority.",
    "Comparez l'horloge de ce poste à celle de son autorité.",
  ),
  read: text(
    "Let the console read it: `tlsSecrets: read` in the entry of its cluster.",
    "Laissez la console le lire : « tlsSecrets: read » dans l'entrée de sa grappe.",
  ),
} as const;

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
