import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../actions/action.ts";
import {
  rekeyNotAShare,
  rekeyOver,
  rekeyRestarted,
  rekeyShareTwice,
  rekeyWrongShare,
} from "../rekey/faults.ts";
import { type RekeyStanding, rekeyStanding } from "../rekey/standing.ts";
import type { VaultActionParts } from "./parts.ts";
import { rekeyWords } from "./rekey-words.ts";

/** Milliseconds that a person has to bring a share. */
const patience = 10 * 60_000;

interface Entering {
  id: string;
  /** How the attempt has to stand for it. */
  state: "old-shares" | "new-shares";
  how: "update" | "verify";
  title: LocalText;
  verb: LocalText;
  steps: (name: string) => LocalText[];
  proof: LocalText;
  asked: LocalText;
  over: LocalText;
}

/**
 * `vault.rekey-share`: one person enters a share in force, so that new ones may be made. With the last one Vault makes them,
 * sealed for their holders; the answer's shares are never looked at here.
 */
export function rekeyShareAction(parts: VaultActionParts): Action {
  return enteringAction(parts, {
    id: "vault.rekey-share",
    state: "old-shares",
    how: "update",
    title: text("Enter a share in force for new shares", "Saisir une part en vigueur pour le renouvellement"),
    verb: text("Enter a share at", "Saisir une part sur"),
    steps: (name) => [
      text(
        "Ask here, without showing it, for one of the shares in force.",
        "Demander ici, sans l'afficher, l'une des parts en vigueur.",
      ),
      text(
        `Enter it at ${name}; with the last one it makes the new shares, which count once they are proven.`,
        `La saisir sur ${name} ; avec la dernière, il crée les nouvelles parts, qui comptent une fois prouvées.`,
      ),
    ],
    proof: text(
      "It counts one share more in the same attempt, or has made the new ones.",
      "Il compte une part de plus dans la même tentative, ou a créé les nouvelles.",
    ),
    asked: text("One share in force", "Une part en vigueur"),
    over: text("It waits for no share in force.", "Il n'attend aucune part en vigueur."),
  });
}

/** `vault.rekey-proof`: a holder enters their new share as proof; with the last that is needed the new shares are in force. */
export function rekeyProofAction(parts: VaultActionParts): Action {
  return enteringAction(parts, {
    id: "vault.rekey-proof",
    state: "new-shares",
    how: "verify",
    title: text("Prove a new share of the key", "Prouver une nouvelle part de la clé"),
    verb: text("Prove a share at", "Prouver une part sur"),
    steps: (name) => [
      text(
        "Ask here, without showing it, for a new share, opened by its holder with their own key.",
        "Demander ici, sans l'afficher, une nouvelle part, ouverte par son porteur avec sa propre clé.",
      ),
      text(
        `Enter it at ${name}; with the last that is needed the new shares are in force, and those of before no longer.`,
        `La saisir sur ${name} ; avec la dernière nécessaire, les nouvelles parts entrent en vigueur et les précédentes ne valent plus.`,
      ),
    ],
    proof: text(
      "It counts one new share more, or has put them in force.",
      "Il compte une nouvelle part de plus, ou les a mises en vigueur.",
    ),
    asked: text("A new share, opened", "Une nouvelle part, ouverte"),
    over: text("It waits for no proof.", "Il n'attend aucune preuve."),
  });
}

function enteringAction(parts: VaultActionParts, entering: Entering): Action {
  const { rekey, observer } = parts;
  const look = ({ signal }: Pick<ActionContext, "signal">) => rekeyStanding(rekey, signal);
  const { id, state: wanted, title, verb } = entering;
  return {
    ...{ id, title, verb, risk: "safe", effect: "convergent", kinds: ["service"], fields: [], bulk: false },
    input: z.object({}),
    appliesTo: (resource) => resource.id === observer.cluster,
    idle: () => (observer.rekey && observer.rekey.state !== wanted ? entering.over : null),
    describe: ({ name }) => ({ steps: entering.steps(name), proof: entering.proof, undo: null }),
    async probe(context) {
      const standing = await look(context);
      const { state, begun, nonce, entered, needed } = standing;
      return {
        state: state === wanted ? "needed" : "impossible",
        text: rekeyWords(standing),
        observed: { state, begun, nonce, entered, needed },
      };
    },
    async apply(context) {
      const before = await look(context);
      const share = await askShare(parts, context, before, entering);
      const current = await look(context);
      if (current.state !== wanted) throw rekeyOver(context.resource.name);
      if (current.nonce !== before.nonce) throw rekeyRestarted(context.resource.name);
      const { complete, progress } = await give(parts, context, entering, current, share);
      return {
        data: {
          complete,
          begun: current.begun,
          nonce: current.nonce,
          entered: complete ? current.needed : progress,
        },
      };
    },
    async verify(context, _input, _probe, { data }) {
      const standing = await look(context);
      const { state, nonce, entered, begun } = standing;
      if (data.complete === true && wanted === "new-shares")
        return {
          proven: state === "none",
          text: state === "none" ? inForce : rekeyWords(standing),
          data: {},
        };
      const hasPassed = wanted === "old-shares" && state === "new-shares" && begun === data.begun;
      const isCounted = state === wanted && nonce === data.nonce && entered >= Number(data.entered ?? 0);
      return {
        proven: hasPassed || isCounted,
        text: rekeyWords(standing),
        data: { state, nonce, entered },
      };
    },
    async settle(context, _input, { observed }): Promise<Settlement> {
      const standing = await look(context);
      const isSame = standing.nonce === observed.nonce && standing.entered === observed.entered;
      // After a wrong share none counts: what was entered is without effect, and others may go on.
      const isDropped = standing.state === wanted && standing.entered === 0;
      const hasPassed =
        wanted === "old-shares" && standing.state === "new-shares" && standing.begun === observed.begun;
      return {
        effect: hasPassed ? "happened" : isSame || isDropped ? "did-not-happen" : "unknown",
        text: rekeyWords(standing),
        data: { entered: standing.entered },
      };
    },
  };
}

async function askShare(
  { questions, now }: VaultActionParts,
  { resource, signal }: ActionContext,
  standing: RekeyStanding,
  { asked }: Entering,
): Promise<string> {
  const { held, entered, needed, nonce, shares, threshold } = standing;
  const [ofKey, deCle, doing, font] =
    held === "recovery"
      ? [" of the recovery key", " de la clé de secours", "count together", "valent ensemble"]
      : ["", "", "open it", "l'ouvrent"];
  const [share = ""] = await questions.ask(
    {
      kind: "sign-in",
      enters: true,
      target: resource.id,
      instructions: text(
        `${asked.en}${ofKey} of ${resource.name}: it has ${entered} of ${needed} (${nonce}), for ${shares} new shares of which ${threshold} ${doing}.`,
        `${asked.fr}${deCle} de ${resource.name} : il en a ${entered} sur ${needed} (${nonce}), pour ${shares} nouvelles parts dont ${threshold} ${font}.`,
      ),
      fields: [{ label: text("Share", "Part"), echo: false }],
      url: null,
      expiresAt: now() + patience,
    },
    patience,
    signal,
  );
  const given = share.trim();
  if (given === "") throw rekeyNotAShare(resource.name);
  return given;
}

/** Sends it, and puts into words what is wrong with it. */
async function give(
  { rekey }: VaultActionParts,
  { resource: { name }, signal, committed }: ActionContext,
  { how }: Entering,
  before: RekeyStanding,
  share: string,
) {
  try {
    return await rekey.give(how, before.nonce, share, {
      signal,
      onSent: committed,
      explain: (code, words) => (code === 400 ? refusedShare(name, words) : null),
    });
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== "vault.refused") throw error;
    // No documented reason: how it stands now tells more than a status does.
    const after = await rekeyStanding(rekey, signal);
    if (after.state === "none") throw rekeyOver(name);
    if (after.begun !== before.begun) throw rekeyRestarted(name);
    throw after.entered < before.entered || before.entered + 1 >= before.needed
      ? rekeyWrongShare(name)
      : error;
  }
}

function refusedShare(name: string, words: string): OpsError | null {
  if (/already been provided/.test(words)) return rekeyShareTwice(name);
  if (/valid hex or base64|key is (shorter|longer)|same length/.test(words)) return rekeyNotAShare(name);
  if (/incorrect nonce/.test(words)) return rekeyRestarted(name);
  if (
    /no ((barrier |recovery )?(rekey|rotation)( verification)? in progress|rotation configuration found)/.test(
      words,
    )
  )
    return rekeyOver(name);
  return /verification failed|invalid key|incorrect shares|recovery key verification|failed to (compute|combine)/.test(
    words,
  )
    ? rekeyWrongShare(name)
    : null;
}

const inForce = text(
  "The new shares are in force; those of before are no longer good for anything.",
  "Les nouvelles parts sont en vigueur ; les précédentes ne valent plus rien.",
);
