import { z } from "zod";
import type { MadeRequest } from "../../../shared/certificates.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action, ActionContext } from "../../actions/action.ts";
import { readPem } from "../../x509/read.ts";
import { judgeAnswer } from "../answer.ts";
import { signedType, takenBackType } from "../book.ts";
import type { CertificateSigner } from "../signer.ts";

export interface SignParts {
  /** The requests that were made for a certificate, the newest first. */
  requestsOf(resource: string): readonly MadeRequest[];
  /** What was signed last for it (PEM); null: nothing. */
  signedFor(resource: string): string | null;
  /** What was signed for the request of a key (PEM); null: nothing, or it is taken back. */
  signedWith(resource: string, key: string): string | null;
  signer(): CertificateSigner | null;
  now(): number;
}

/**
 * `certificates.sign`: has the newest request signed by the PKI that the estate names. What comes back is journalled, to be
 * handed in; it is installed nowhere by that. Undone, it is revoked, unless it is in place.
 */
export function signAction(parts: SignParts): Action {
  const proof = text(
    "The certificate is for the key and the names of the request.",
    "Le certificat correspond à la clé et aux noms de la demande.",
  );
  /** What was signed before for the newest request; null: nothing that fits it. */
  const signedAlready = (resource: string) => {
    const [made] = parts.requestsOf(resource);
    const signed = parts.signedFor(resource);
    if (!made || signed === null) return false;
    return "pem" in judgeAnswer(signed, made, parts.now());
  };
  return {
    id: "certificates.sign",
    title: text("Have the request signed", "Faire signer la demande"),
    verb: text("Sign", "Signer"),
    risk: "safe",
    effect: "once",
    kinds: ["certificate"],
    input: z.strictObject({}),
    fields: [],
    bulk: false,
    elsewhere: true,
    appliesTo: () => true,
    unavailable: ({ id }) =>
      parts.signer() === null ? noSigner : parts.requestsOf(id).length > 0 ? null : noRequest,
    describe: () => {
      const signer = parts.signer()?.name ?? text("–", "–");
      return {
        steps: [
          text(
            `Have ${signer.en} sign the newest request.`,
            `Faire signer la dernière demande par ${signer.fr}.`,
          ),
        ],
        proof,
        undo: text(
          `What was signed is revoked by ${signer.en}, once it is not in place any more.`,
          `Ce qui a été signé est révoqué par ${signer.fr}, une fois qu'il n'est plus en place.`,
        ),
      };
    },
    async probe({ resource }) {
      const impossible = (words: LocalText) => ({ state: "impossible" as const, text: words, observed: {} });
      if (parts.signer() === null) return impossible(noSigner);
      const [made] = parts.requestsOf(resource.id);
      if (!made) return impossible(noRequest);
      const observed = { key: made.key };
      if (signedAlready(resource.id)) {
        return {
          state: "done",
          text: text("The newest request is signed already.", "La dernière demande est déjà signée."),
          observed,
        };
      }
      return {
        state: "needed",
        text: text("The newest request waits for its signature.", "La dernière demande attend sa signature."),
        observed,
      };
    },
    async apply({ resource, signal, committed, journal }, _input, { observed }) {
      const signer = parts.signer();
      const made = parts.requestsOf(resource.id).find(({ key }) => key === observed.key);
      if (!signer || !made) throw new RangeError("what was to be signed is gone since the probe");
      const certificate = await signer.sign(made.request, { signal, committed });
      await journal?.({ type: signedType, subject: resource.id, data: { key: made.key, certificate } });
      return { data: { certificate } };
    },
    async verify({ resource }, _input, { observed }, { data }) {
      const made = parts.requestsOf(resource.id).find(({ key }) => key === observed.key);
      const answer = made ? judgeAnswer(String(data.certificate), made, parts.now()) : noRequest;
      if (!("pem" in answer)) return { proven: false, disproven: true, text: answer, data: {} };
      const { fingerprint, notAfter } = answer;
      return { proven: true, text: proof, data: { fingerprint, notAfter } };
    },
    async settle({ resource, signal }, _input, { observed }) {
      const signed = parts.signedWith(resource.id, String(observed.key));
      const signer = parts.signer();
      if (signed !== null && signer !== null && (await signer.isRevoked(signed, signal))) {
        return { effect: "did-not-happen", text: revoked, data: {} };
      }
      if (signed !== null) return { effect: "happened", text: proof, data: {} };
      return {
        effect: "unknown",
        // The authority may have signed; a certificate that nobody has got does no harm.
        untellable: true,
        text: text(
          "The certificate did not arrive; its authority may have issued it.",
          "Le certificat n'est pas arrivé ; son autorité l'a peut-être émis.",
        ),
        data: {},
      };
    },
    async undo(context, _input, { observed }) {
      const { resource, signal, committed, journal } = context;
      const key = String(observed.key);
      const not = (words: LocalText) => ({ proven: false, disproven: true, text: words, data: {} });
      const signed = parts.signedWith(resource.id, key);
      const signer = parts.signer();
      if (signed === null) return { proven: true, text: revoked, data: {} };
      if (signer === null) return not(noSigner);
      if (isInPlace(context, signed)) return not(inPlace);
      // Somebody may have done so by hand, where this console may not; what has run out is revoked by nobody.
      const isOver = async () => hasEnded(signed, parts.now()) || (await signer.isRevoked(signed, signal));
      if (!(await isOver())) {
        const objection = await signer.revoke(signed, { signal, committed });
        if (objection) return not(objection);
      }
      const isDone = await isOver();
      if (isDone) await journal?.({ type: takenBackType, subject: resource.id, data: { key } });
      return { proven: isDone, text: isDone ? revoked : notRevoked, data: {} };
    },
  };
}

/**
 * Whether a certificate was installed on the resource since, as far as is known: by what was done there last, unless what was
 * read there is another one. What an undo has put back may not have been read yet.
 */
function isInPlace({ resource, earlier }: ActionContext, pem: string): boolean {
  const fingerprint = readPem(pem)?.[0]?.fingerprint256 ?? null;
  const last = earlier?.(["certificates.install"]).find(
    ({ observed }) => observed.fingerprint === fingerprint,
  );
  const shown = resource.facts["certificate.fingerprint"]?.value ?? null;
  return last?.verb === "apply" && (shown === null || shown === fingerprint);
}

function hasEnded(pem: string, now: number): boolean {
  const [leaf] = readPem(pem) ?? [];
  return leaf !== undefined && Date.parse(leaf.validTo) <= now;
}

const revoked = text("What was signed is revoked.", "Ce qui avait été signé est révoqué.");
const notRevoked = text(
  "Its authority does not tell that it is revoked.",
  "Son autorité n'indique pas qu'il est révoqué.",
);
const inPlace = text(
  "It is in place: undo its installation first, or nobody could connect there any more.",
  "Il est en place : annulez d'abord son installation, sinon plus personne ne pourrait s'y connecter.",
);
const noSigner = text(
  "The estate names nothing that signs requests (certificates.signer).",
  "Le parc ne nomme rien qui signe les demandes (certificates.signer).",
);
const noRequest = text(
  "No request was made for it from here.",
  "Aucune demande n'a été faite d'ici pour lui.",
);
