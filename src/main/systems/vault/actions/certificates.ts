import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { VaultActionParts } from "./parts.ts";

/** `vault.revoke-certificate`: takes a certificate back; it is in the authority's revocation list from then on. */
export function revokeCertificateAction({ api, observer }: VaultActionParts): Action {
  const find = (id: string) => {
    for (const watch of observer.certificates) {
      const serial = watch.serialOf(id);
      if (serial !== null) return { watch, serial };
    }
    return null;
  };
  const revokedAt = async ({ resource, signal }: ActionContext) => {
    const found = find(resource.id);
    if (!found) return 0;
    return (await api.certificate(found.watch.mount, found.serial, signal)).revocation_time;
  };
  const words = (at: number) =>
    at > 0
      ? text(
          `It was revoked at ${new Date(at * 1000).toISOString()}.`,
          `Il a été révoqué le ${new Date(at * 1000).toISOString()}.`,
        )
      : text("It is not revoked.", "Il n'est pas révoqué.");
  return {
    id: "vault.revoke-certificate",
    title: text("Revoke the certificate", "Révoquer le certificat"),
    verb: text("Revoke", "Révoquer"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["certificate"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => find(id) !== null,
    idle: ({ facts }) =>
      facts["certificate.revoked"]?.value === true
        ? text("It is revoked already.", "Il est déjà révoqué.")
        : null,
    describe: ({ name }) => ({
      steps: [
        text(
          `Have the authority revoke ${name}; whoever looks at its list turns it away.`,
          `Faire révoquer ${name} par l'autorité ; quiconque consulte sa liste le refuse.`,
        ),
      ],
      proof: text(
        "The authority tells the moment when it was revoked.",
        "L'autorité indique le moment de sa révocation.",
      ),
      undo: null,
    }),
    async probe(context) {
      const at = await revokedAt(context);
      return { state: at > 0 ? "done" : "needed", text: words(at), observed: { revokedAt: at } };
    },
    async apply(context) {
      const found = find(context.resource.id);
      if (found) {
        await api.change(`${found.watch.mount}/revoke`, { serial_number: found.serial }, context);
        found.watch.reconsider(found.serial);
      }
      return { data: { serial: found?.serial ?? null } };
    },
    async verify(context) {
      const at = await revokedAt(context);
      return { proven: at > 0, text: words(at), data: { revokedAt: at } };
    },
    async settle(context) {
      const at = await revokedAt(context);
      return { effect: at > 0 ? "happened" : "did-not-happen", text: words(at), data: {} };
    },
  };
}
