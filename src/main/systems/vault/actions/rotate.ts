import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import type { VaultActionParts } from "./parts.ts";

/** `vault.rotate`: a new key for what is written from now on; what was written before stays readable. */
export function rotateAction({ api, observer }: VaultActionParts): Action {
  const term = async (signal: AbortSignal) => (await api.keyStatus(signal)).term;
  const words = (now: number) => text(`The key is of term ${now}.`, `La clé est de génération ${now}.`);
  return {
    id: "vault.rotate",
    title: text("Rotate the encryption key", "Renouveler la clé de chiffrement"),
    verb: text("Rotate", "Renouveler"),
    risk: "safe",
    effect: "once",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    describe: () => ({
      steps: [
        text(
          "Have it make a new key of its storage; the shares stay as they are.",
          "Faire créer une nouvelle clé de stockage ; les parts restent les mêmes.",
        ),
      ],
      proof: text("The term of the key is one higher.", "La génération de la clé a augmenté."),
      undo: null,
    }),
    async probe({ signal }) {
      const before = await term(signal);
      return { state: "needed", text: words(before), observed: { term: before } };
    },
    async apply(context) {
      await api.change("sys/rotate", {}, context, { namespace: null });
      return { data: {} };
    },
    async verify({ signal }, _input, { observed }) {
      const after = await term(signal);
      return { proven: after > Number(observed.term ?? 0), text: words(after), data: { term: after } };
    },
    async settle({ signal }, _input, { observed }) {
      const after = await term(signal);
      return {
        effect: after > Number(observed.term ?? 0) ? "happened" : "did-not-happen",
        text: words(after),
        data: { term: after },
      };
    },
  };
}
