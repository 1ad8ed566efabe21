import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { readRequest } from "../../../x509/request.ts";
import {
  authorityOf,
  beforeIn,
  onAuthorities,
  proveSigned,
  revokeSigned,
  settleSigned,
  signed,
  signingFields,
  signingInput,
  unknownRole,
} from "./authority.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

const signInput = z.strictObject({ ...signingInput, request: z.string().min(1).max(100_000) });

const requestField = lineField("request", text("Certificate request (PEM)", "Demande de certificat (PEM)"), {
  type: "multiline",
});

/**
 * `vault.pki-sign`: has an authority in Vault sign a certificate request that somebody brings; undone by revoking what was
 * issued. Throws `vault.certificate-refused`.
 */
export function pkiSignAction(parts: VaultActionParts): Action<z.infer<typeof signInput>> {
  const { observer } = parts;
  const fields = (roles: readonly string[] | null) => [...signingFields(roles), requestField];
  return {
    ...onAuthorities(parts),
    id: "vault.pki-sign",
    title: text("Sign a certificate request", "Signer une demande de certificat"),
    verb: text("Sign by", "Signer par"),
    risk: "safe",
    effect: "once",
    input: signInput,
    fields: fields(null),
    fieldsFor: ({ id }) => fields(observer.authorityOf(id)?.roles ?? null),
    describe: ({ name }, { role, request }) => ({
      steps: [
        text(
          `Have ${name} sign by the role ${role} for ${namesIn(request)}.`,
          `Faire signer par ${name}, avec le rôle ${role}, pour ${namesIn(request)}.`,
        ),
      ],
      proof: text(
        "Read again by its serial number, the certificate is for the key and the names of the request.",
        "Relu par son numéro de série, le certificat correspond à la clé et aux noms de la demande.",
      ),
      undo: text("The certificate is revoked.", "Le certificat est révoqué."),
    }),
    async probe(context, { role, request }) {
      const watch = authorityOf(parts, context);
      const asked = readRequest(request);
      if (!asked?.isSigned) return { state: "impossible", text: noRequest, observed: {} };
      const wrong = unknownRole(watch, role);
      if (wrong) return { state: "impossible", text: wrong, observed: {} };
      await watch.read(context.signal);
      const observed = { digest: asked.keyDigest, before: watch.ofKey(asked.keyDigest) };
      const names = asked.names.join(", ");
      return {
        state: "needed",
        text: text(`It asks for ${names}.`, `Elle demande ${names}.`),
        observed,
      };
    },
    apply: (context, input) => signed(parts, authorityOf(parts, context), input, input.request, context),
    verify: (context, { request }, _probe, { data }) =>
      proveSigned(parts, authorityOf(parts, context), request, String(data.serial), context.signal),
    settle: (context, _input, { observed }) =>
      settleSigned(authorityOf(parts, context), String(observed.digest), beforeIn(observed), context.signal),
    undo: (context, _input, { observed }) =>
      revokeSigned(parts, authorityOf(parts, context), String(observed.digest), beforeIn(observed), context),
  };
}

const namesIn = (request: string) => readRequest(request)?.names.join(", ") || "–";
const noRequest = text(
  "This is no certificate request in PEM that is signed with its own key.",
  "Ce n'est pas une demande de certificat PEM signée avec sa propre clé.",
);
