import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { lookUpToken, ownAccessor } from "../tokens.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

const tokenInput = z.strictObject({
  accessor: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._-]{8,200}$/),
});

/**
 * `vault.revoke-token`: ends a token by its accessor, with those that it made and everything lent to them. The console's own is
 * ended by signing out.
 */
export function revokeTokenAction({ api, observer }: VaultActionParts): Action<z.infer<typeof tokenInput>> {
  const find = ({ accessor }: z.infer<typeof tokenInput>, { signal }: Pick<ActionContext, "signal">) =>
    lookUpToken(api, accessor, signal);
  return {
    id: "vault.revoke-token",
    title: text("Revoke a token by its accessor", "Révoquer un jeton par son accesseur"),
    verb: text("Revoke a token of", "Révoquer un jeton de"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["service"],
    input: tokenInput,
    fields: [lineField("accessor", text("Accessor", "Accesseur"))],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    describe: (_resource, { accessor }) => ({
      steps: [
        text(
          `Revoke the token of ${accessor}, the tokens that it made, and everything lent to them.`,
          `Révoquer le jeton de ${accessor}, ceux qu'il a créés et tout ce qui leur est prêté.`,
        ),
      ],
      proof: text("Vault no longer knows the accessor.", "Vault ne connaît plus cet accesseur."),
      undo: null,
    }),
    async probe(context, input) {
      const [found, own] = await Promise.all([find(input, context), ownAccessor(api, context.signal)]);
      if (!found) return { state: "done", text: gone, observed: {} };
      if (own === input.accessor) return { state: "impossible", text: itsOwn, observed: {} };
      const who = `${found.name || "–"} (${found.path})`;
      const policies = found.policies.join(", ") || "–";
      return {
        state: "needed",
        text: text(`It is of ${who}; policies: ${policies}.`, `Il est de ${who} ; politiques : ${policies}.`),
        observed: { name: found.name, path: found.path, policies: found.policies },
      };
    },
    async apply(context, { accessor }) {
      await api.change("auth/token/revoke-accessor", { accessor }, context);
      return { data: {} };
    },
    async verify(context, input) {
      const found = await find(input, context);
      return { proven: found === null, text: found ? lives : gone, data: {} };
    },
    async settle(context, input) {
      const found = await find(input, context);
      return { effect: found ? "did-not-happen" : "happened", text: found ? lives : gone, data: {} };
    },
  };
}

const gone = text(
  "There is no token of this accessor (any more).",
  "Il n'y a pas, ou plus, de jeton de cet accesseur.",
);
const lives = text("The token still lives.", "Le jeton vit toujours.");
const itsOwn = text(
  "It is the token of this console: sign out of this Vault instead.",
  "C'est le jeton de cette console : déconnectez-vous plutôt de ce Vault.",
);
