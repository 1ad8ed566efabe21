import { z } from "zod";
import type { MadeRequest } from "../../../shared/certificates.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { judgeAnswer } from "../answer.ts";

const inputSchema = z.strictObject({
  /** PEM with its chain; what an authority has signed last for it when empty. */
  certificate: z.string().max(200_000).default(""),
});

export interface HandInParts {
  /** The requests that were made for a certificate, the newest first. */
  requestsOf(resource: string): readonly MadeRequest[];
  /** What an authority has signed last for it (PEM); null: nothing. */
  signedFor(resource: string): string | null;
  now(): number;
}

const noRequest = text(
  "No request was made for it from here.",
  "Aucune demande n'a été faite d'ici pour lui.",
);
const nothingSigned = text(
  "No certificate was given, and none was signed for it from here.",
  "Aucun certificat n'a été donné, et aucun n'a été signé d'ici pour lui.",
);

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
        ...{ name: "certificate", type: "multiline", required: false, choices: [], initial: "" },
        label: text(
          "Certificate with its chain (PEM); empty: what Vault has signed last",
          "Certificat avec sa chaîne (PEM) ; vide : le dernier signé par Vault",
        ),
      },
    ],
    bulk: false,
    elsewhere: true,
    appliesTo: () => true,
    unavailable: ({ id }) => (parts.requestsOf(id).length > 0 ? null : noRequest),
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
      const impossible = (words: LocalText) => ({ state: "impossible" as const, text: words, observed: {} });
      const [made] = parts.requestsOf(resource.id);
      if (!made) return impossible(noRequest);
      const pems = certificate.trim() === "" ? parts.signedFor(resource.id) : certificate;
      if (pems === null) return impossible(nothingSigned);
      const found = judgeAnswer(pems, made, parts.now());
      if (!("pem" in found)) return impossible(found);
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
