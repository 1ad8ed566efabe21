import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import type { Holder } from "../rekey/holders.ts";
import { type RekeyStanding, rekeyStanding } from "../rekey/standing.ts";
import { lineField, type VaultActionParts } from "./parts.ts";
import { rekeyWords, whatRecoveryIsFor } from "./rekey-words.ts";

const beginInput = z.strictObject({ threshold: z.coerce.number().int().min(1).max(50) });

/**
 * `vault.rekey-begin`: begins to make the shares of the key anew, one for each holder of the estate, sealed by Vault itself with
 * that holder's OpenPGP key. Nothing changes before enough shares in force were entered and the new ones proven. Throws
 * `vault.holder-…`.
 */
export function rekeyBeginAction(parts: VaultActionParts): Action<z.infer<typeof beginInput>> {
  const { rekey, observer } = parts;
  const isSame = (standing: RekeyStanding, threshold: number, fingerprints: readonly string[]) =>
    standing.verified &&
    standing.threshold === threshold &&
    standing.fingerprints.join() === fingerprints.join();
  const fingerprintsIn = (observed: Readonly<Record<string, unknown>>) =>
    Array.isArray(observed.fingerprints) ? observed.fingerprints.map(String) : [];
  return {
    id: "vault.rekey-begin",
    title: text("Begin to make new shares of the key", "Commencer le renouvellement des parts de la clé"),
    verb: text("Make new shares of", "Renouveler les parts de"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["service"],
    input: beginInput,
    fields: [
      lineField("threshold", text("Shares needed together", "Parts nécessaires ensemble"), {
        type: "number",
        initial: 3,
      }),
    ],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    unavailable: () => (parts.holders.names.length > 0 ? null : noHolders),
    idle: () => (observer.rekey && observer.rekey.state !== "none" ? rekeyWords(observer.rekey) : null),
    describe: ({ name }, { threshold }) => ({
      steps: [
        preparing(name, parts.holders.names.join(", "), threshold, observer.hasRecoverySeal),
        ...(observer.hasRecoverySeal ? [whatRecoveryIsFor] : []),
        text(
          "People enter shares in force, then each holder opens theirs and enters it as proof; until then nothing changes.",
          "Des porteurs saisissent des parts en vigueur, puis chacun ouvre la sienne et la saisit comme preuve ; d'ici là, rien ne change.",
        ),
      ],
      proof: text(
        "It waits for shares in force, and names the same keys.",
        "Il attend des parts en vigueur et désigne les mêmes clés.",
      ),
      undo: text("It is cancelled.", "Le renouvellement est annulé."),
    }),
    async probe({ signal }, { threshold }) {
      const holders = await parts.holders.read();
      const unfit = unfitFigures(threshold, holders.length);
      if (unfit) return { state: "impossible", text: unfit, observed: {} };
      const fingerprints = holders.map(({ fingerprint }) => fingerprint);
      const standing = await rekeyStanding(rekey, signal);
      const observed = { fingerprints, threshold, begun: standing.begun };
      if (standing.state === "none")
        return { state: "needed", text: rekeyWords(standing), observed, steps: stepsFor(standing, holders) };
      const state = isSame(standing, threshold, fingerprints) ? "done" : "impossible";
      return { state, text: state === "done" ? rekeyWords(standing) : another(standing), observed };
    },
    async apply({ signal, committed }, { threshold }, { observed }) {
      const holders = await parts.holders.read();
      // What two people have looked at is what is sent, whatever was written into the files meanwhile.
      if (holders.map(({ fingerprint }) => fingerprint).join() !== fingerprintsIn(observed).join())
        throw parts.holders.changed();
      await rekey.begin(
        holders.map(({ base64 }) => base64),
        threshold,
        { signal, onSent: committed },
      );
      return { data: {} };
    },
    async verify({ signal }, { threshold }, { observed }) {
      const standing = await rekeyStanding(rekey, signal);
      const proven = isSame(standing, threshold, fingerprintsIn(observed));
      return { proven, text: rekeyWords(standing), data: { begun: standing.begun } };
    },
    async settle({ signal }, { threshold }, { observed }): Promise<Settlement> {
      const standing = await rekeyStanding(rekey, signal);
      const isOurs = isSame(standing, threshold, fingerprintsIn(observed));
      return {
        effect: isOurs ? "happened" : standing.state === "none" ? "did-not-happen" : "unknown",
        text: rekeyWords(standing),
        data: { begun: standing.begun },
      };
    },
    undo: (context) => cancel(parts, context),
  };
}

/** `vault.rekey-cancel`: drops an attempt to make new shares; those of before remain in force. */
export function rekeyCancelAction(parts: VaultActionParts): Action {
  const { rekey, observer } = parts;
  return {
    id: "vault.rekey-cancel",
    title: text("Cancel the making of new shares", "Annuler le renouvellement des parts"),
    verb: text("Cancel new shares of", "Annuler le renouvellement de"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    idle: () => (observer.rekey?.state === "none" ? notUnderWay : null),
    describe: ({ name }) => ({
      steps: [
        text(
          `Have ${name} drop the attempt, with what was entered for it; the shares of before remain in force.`,
          `Faire oublier à ${name} la tentative et ce qui y a été saisi ; les parts précédentes restent en vigueur.`,
        ),
      ],
      proof: text("It no longer tells of an attempt.", "Il n'annonce plus aucune tentative."),
      undo: null,
    }),
    async probe({ signal }) {
      const standing = await rekeyStanding(rekey, signal);
      const observed = { begun: standing.begun, entered: standing.entered };
      return { state: standing.state === "none" ? "done" : "needed", text: rekeyWords(standing), observed };
    },
    async apply(context) {
      await cancel(parts, context);
      return { data: {} };
    },
    async verify({ signal }) {
      const standing = await rekeyStanding(rekey, signal);
      return { proven: standing.state === "none", text: rekeyWords(standing), data: {} };
    },
    async settle({ signal }, _input, { observed }) {
      const standing = await rekeyStanding(rekey, signal);
      return {
        effect: standing.begun === observed.begun ? "did-not-happen" : "happened",
        text: rekeyWords(standing),
        data: {},
      };
    },
  };
}

/** `vault.rekey-forget`: removes the sealed shares that Vault keeps for their holders. */
export function rekeyForgetAction({ rekey, observer }: VaultActionParts): Action {
  const kept = async ({ signal }: ActionContext) => (await rekey.sealed(signal)) !== null;
  const words = (isKept: boolean) =>
    isKept
      ? text("Vault keeps sealed shares.", "Vault conserve des parts scellées.")
      : text("Vault keeps no sealed share.", "Vault ne conserve aucune part scellée.");
  return {
    id: "vault.rekey-forget",
    title: text("Remove the sealed shares from Vault", "Retirer de Vault les parts scellées"),
    verb: text("Remove sealed shares from", "Retirer les parts scellées de"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    describe: () => ({
      steps: [
        text(
          "Have Vault remove them; whoever has not taken theirs by then has none.",
          "Les faire retirer par Vault ; quiconque n'a pas pris la sienne d'ici là n'en a pas.",
        ),
      ],
      proof: words(false),
      undo: null,
    }),
    async probe(context) {
      const isKept = await kept(context);
      const { state } = await rekeyStanding(rekey, context.signal);
      if (isKept && state === "new-shares") return { state: "impossible", text: notProven, observed: {} };
      return { state: isKept ? "needed" : "done", text: words(isKept), observed: {} };
    },
    async apply({ signal, committed }) {
      await rekey.forgetSealed({ signal, onSent: committed });
      return { data: {} };
    },
    async verify(context) {
      const isKept = await kept(context);
      return { proven: !isKept, text: words(isKept), data: {} };
    },
    async settle(context) {
      const isKept = await kept(context);
      return { effect: isKept ? "did-not-happen" : "happened", text: words(isKept), data: {} };
    },
  };
}

async function cancel(
  { rekey }: VaultActionParts,
  { signal, committed }: ActionContext,
): Promise<Verification> {
  const before = await rekeyStanding(rekey, signal);
  if (before.state !== "none") await rekey.cancel(before.begun, { signal, onSent: committed });
  const standing = await rekeyStanding(rekey, signal);
  return { proven: standing.state === "none", text: rekeyWords(standing), data: {} };
}

function stepsFor({ held }: RekeyStanding, holders: readonly Holder[]): LocalText[] {
  const each = holders.map(holderStep);
  return held === "recovery" ? [whatRecoveryIsFor, ...each] : each;
}

function preparing(name: string, holders: string, threshold: number, isRecovery: boolean): LocalText {
  return isRecovery
    ? text(
        `Have ${name} prepare new recovery key shares for ${holders}, of which ${threshold} count together.`,
        `Faire préparer par ${name} de nouvelles parts de la clé de secours pour ${holders}, dont ${threshold} valent ensemble.`,
      )
    : text(
        `Have ${name} prepare new shares for ${holders}, of which ${threshold} open it.`,
        `Faire préparer par ${name} de nouvelles parts pour ${holders}, dont ${threshold} l'ouvrent.`,
      );
}

const holderStep = ({ id, fingerprint }: Holder) =>
  text(
    `A share for ${id}, sealed with the key ${fingerprint}.`,
    `Une part pour ${id}, scellée avec la clé ${fingerprint}.`,
  );

function unfitFigures(threshold: number, holders: number): LocalText | null {
  if (threshold > holders)
    return text(
      `${threshold} shares cannot be needed together: the estate names ${holders} holders.`,
      `${threshold} parts ne peuvent pas être exigées : le parc désigne ${holders} porteur(s).`,
    );
  return threshold === 1 && holders > 1
    ? text(
        "With several holders at least two shares must be needed.",
        "Avec plusieurs porteurs, il faut exiger au moins deux parts.",
      )
    : null;
}

const another = ({ shares, threshold }: RekeyStanding) =>
  text(
    `Another attempt is under way, for ${shares} shares of which ${threshold} count together: complete or cancel it first.`,
    `Une autre tentative est en cours, pour ${shares} parts dont ${threshold} valent ensemble : achevez-la ou annulez-la d'abord.`,
  );
const noHolders = text(
  "The estate names nobody under `holders` who would get a share.",
  "Le parc ne désigne, sous « holders », personne à qui remettre une part.",
);
const notUnderWay = text("No new shares are being made.", "Aucun renouvellement des parts n'est en cours.");
const notProven = text(
  "The new shares are not proven yet, and their holders need them.",
  "Les nouvelles parts ne sont pas encore prouvées, et leurs porteurs en ont besoin.",
);
