import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { revokeIssued } from "../../../vault/certificate-authority.ts";
import { authorityOf, onAuthorities, revokedWords } from "./authority.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

const serialInput = z.strictObject({
  serial: z
    .string()
    .trim()
    .regex(/^[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){0,31}$/)
    .transform((serial) => (serial.replace(/[:-]/g, "").toLowerCase().match(/../g) ?? []).join(":")),
});

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
        const { watch, serial } = found;
        await revokeIssued(api.access, { mount: watch.mount, serial }, context);
        watch.reconsider(serial);
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

/** `vault.revoke-serial`: the same by its serial number, for one that is not among those that are shown. */
export function revokeSerialAction(parts: VaultActionParts): Action<z.infer<typeof serialInput>> {
  const { api } = parts;
  /** Null where the authority has none of that number. */
  const revokedAt = async (context: ActionContext, serial: string) => {
    try {
      return (await api.certificate(authorityOf(parts, context).mount, serial, context.signal))
        .revocation_time;
    } catch (error) {
      if (error instanceof OpsError && error.code === "vault.not-found") return null;
      throw error;
    }
  };
  const words = (at: number | null, serial: string) =>
    at === null
      ? text(`It has issued no ${serial}.`, `Elle n'a pas émis ${serial}.`)
      : at > 0
        ? revokedWords(serial)
        : text(`${serial} is not revoked.`, `${serial} n'est pas révoqué.`);
  return {
    ...onAuthorities(parts),
    id: "vault.revoke-serial",
    title: text(
      "Revoke a certificate by its serial number",
      "Révoquer un certificat par son numéro de série",
    ),
    verb: text("Revoke one of", "Révoquer l'un de ceux de"),
    risk: "destructive",
    effect: "convergent",
    input: serialInput,
    fields: [lineField("serial", text("Serial number", "Numéro de série"))],
    describe: ({ name }, { serial }) => ({
      steps: [
        text(
          `Have ${name} revoke ${serial}; whoever looks at its list turns it away.`,
          `Faire révoquer ${serial} par ${name} ; quiconque consulte sa liste le refuse.`,
        ),
      ],
      proof: revokedWords(serial),
      undo: null,
    }),
    async probe(context, { serial }) {
      const at = await revokedAt(context, serial);
      const state = at === null ? "impossible" : at > 0 ? "done" : "needed";
      return { state, text: words(at, serial), observed: { revokedAt: at } };
    },
    async apply(context, { serial }) {
      const watch = authorityOf(parts, context);
      await revokeIssued(api.access, { mount: watch.mount, serial }, context);
      watch.reconsider(serial);
      return { data: {} };
    },
    async verify(context, { serial }) {
      const at = await revokedAt(context, serial);
      return { proven: at !== null && at > 0, text: words(at, serial), data: { revokedAt: at } };
    },
    async settle(context, { serial }) {
      const at = await revokedAt(context, serial);
      return { effect: at ? "happened" : "did-not-happen", text: words(at, serial), data: {} };
    },
  };
}
