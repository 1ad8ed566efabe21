import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { MadeRequest } from "../../../shared/certificates.ts";
import { text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { judgeFit } from "../../x509/fit.ts";
import { keyDigest } from "../../x509/read.ts";
import { readRequest } from "../../x509/request.ts";

const inputSchema = z.strictObject({ certificate: z.string().min(1).max(200_000) });

export interface HandInParts {
  /** The requests that were made for a certificate, the newest first. */
  requestsOf(resource: string): readonly MadeRequest[];
  now(): number;
}

/**
 * `certificates.hand-in`: takes what came back for a request, so that a procedure can install it. Only a certificate for the key
 * and the names of the newest request is taken; it is journalled with the action, and nothing else changes.
 */
export function handInAction(parts: HandInParts): Action<z.infer<typeof inputSchema>> {
  const taken = text("It fits the newest request.", "Il correspond à la dernière demande.");
  return {
    id: "certificates.hand-in",
    title: text("Hand in the signed certificate", "Remettre le certificat signé"),
    verb: text("Hand in", "Remettre"),
    risk: "safe",
    effect: "convergent",
    kinds: ["certificate"],
    input: inputSchema,
    fields: [
      {
        ...{ name: "certificate", type: "multiline", required: true, choices: [], initial: null },
        label: text("Certificate with its chain (PEM)", "Certificat avec sa chaîne (PEM)"),
      },
    ],
    bulk: false,
    elsewhere: true,
    appliesTo: () => true,
    unavailable: ({ id }) =>
      parts.requestsOf(id).length > 0
        ? null
        : text("No request was made for it from here.", "Aucune demande n'a été faite d'ici pour lui."),
    describe: () => ({
      steps: [
        text(
          "Check it against the newest request and keep it with this task.",
          "Le vérifier par rapport à la dernière demande et le conserver avec cette tâche.",
        ),
      ],
      proof: taken,
      undo: null,
    }),
    async probe({ resource }, { certificate }) {
      const [made] = parts.requestsOf(resource.id);
      const request = made ? readRequest(made.request) : null;
      if (!made || !request) {
        return {
          state: "impossible",
          text: text("No request was made for it from here.", "Aucune demande n'a été faite d'ici pour lui."),
          observed: {},
        };
      }
      const found = judgeFit(certificate, {
        key: null,
        names: request.names,
        endsBefore: null,
        now: parts.now(),
      });
      if (!("pem" in found)) return { state: "impossible", text: found, observed: {} };
      if (keyDigest(new X509Certificate(found.pem).publicKey) !== request.keyDigest) {
        return {
          state: "impossible",
          text: text(
            "The certificate is for another key than the newest request.",
            "Le certificat correspond à une autre clé que celle de la dernière demande.",
          ),
          observed: {},
        };
      }
      const { pem, fingerprint, notAfter } = found;
      return {
        state: "needed",
        text: taken,
        observed: { certificate: pem, fingerprint, notAfter, key: made.key },
      };
    },
    apply: async () => ({ data: {} }),
    verify: async (_context, _input, { observed }) => ({
      proven: typeof observed.certificate === "string",
      text: taken,
      data: {},
    }),
    settle: async () => ({ effect: "happened", text: taken, data: {} }),
  };
}
