import { type LocalText, text } from "../../../../shared/text.ts";
import type { RekeyStanding } from "../rekey/standing.ts";

/** How the making of new shares stands, in a sentence. */
export function rekeyWords({ state, entered, needed, nonce }: RekeyStanding): LocalText {
  switch (state) {
    case "none":
      return text("No new shares are being made.", "Aucun renouvellement des parts n'est en cours.");
    case "old-shares":
      return text(
        `It has ${entered} of ${needed} shares in force (${nonce}).`,
        `Il a ${entered} part(s) en vigueur sur ${needed} (${nonce}).`,
      );
    case "new-shares":
      return text(
        `The new shares are made; ${entered} of ${needed} are proven (${nonce}).`,
        `Les nouvelles parts sont prêtes ; ${entered} sur ${needed} sont prouvées (${nonce}).`,
      );
  }
}
