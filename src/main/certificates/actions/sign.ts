import { z } from "zod";
import type { MadeRequest } from "../../../shared/certificates.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { judgeAnswer } from "../answer.ts";
import { signedType } from "../book.ts";
import type { CertificateSigner } from "../signer.ts";

export interface SignParts {
  /** The requests that were made for a certificate, the newest first. */
  requestsOf(resource: string): readonly MadeRequest[];
  /** What was signed last for it (PEM); null: nothing. */
  signedFor(resource: string): string | null;
  signer(): CertificateSigner | null;
  now(): number;
}

/**
 * `certificates.sign`: has the newest request signed by the PKI that the estate names. What comes back is journalled, to be
 * handed in; it is installed nowhere by that.
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
        undo: null,
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
    settle: async ({ resource }) =>
      signedAlready(resource.id)
        ? { effect: "happened", text: proof, data: {} }
        : {
            effect: "unknown",
            // The authority may have signed; a certificate that nobody has got does no harm.
            untellable: true,
            text: text(
              "The certificate did not arrive; its authority may have issued it.",
              "Le certificat n'est pas arrivé ; son autorité l'a peut-être émis.",
            ),
            data: {},
          },
  };
}

const noSigner = text(
  "The estate names nothing that signs requests (certificates.signer).",
  "Le parc ne nomme rien qui signe les demandes (certificates.signer).",
);
const noRequest = text(
  "No request was made for it from here.",
  "Aucune demande n'a été faite d'ici pour lui.",
);
