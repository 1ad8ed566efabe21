import { type LocalText, text } from "../../../../shared/text.ts";
import type { RekeyStanding } from "../rekey/standing.ts";

/** What recovery key shares can do, and what they cannot. */
export const whatRecoveryIsFor = text(
  "These are recovery key shares: they do not open it, which a key kept elsewhere does; together they are needed for a new root token and for new recovery key shares.",
  "Ce sont des parts de la clé de secours : elles ne l'ouvrent pas, une clé conservée ailleurs le fait ; ensemble, elles sont exigées pour un nouveau jeton racine et pour de nouvelles parts de secours.",
);

/** How the making of new shares stands, in a sentence. */
export function rekeyWords({ state, held, entered, needed, nonce }: RekeyStanding): LocalText {
  const [en, fr] = held === "recovery" ? ["recovery key shares", " de secours"] : ["shares", ""];
  switch (state) {
    case "none":
      return text(`No new ${en} are being made.`, `Aucun renouvellement des parts${fr} n'est en cours.`);
    case "old-shares":
      return text(
        `It has ${entered} of ${needed} ${en} in force (${nonce}).`,
        `Il a ${entered} part(s)${fr} en vigueur sur ${needed} (${nonce}).`,
      );
    case "new-shares":
      return text(
        `The new ${en} are made; ${entered} of ${needed} are proven (${nonce}).`,
        `Les nouvelles parts${fr} sont prêtes ; ${entered} sur ${needed} sont prouvées (${nonce}).`,
      );
  }
}
