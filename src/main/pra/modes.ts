import type { PraSide, PraView } from "../../shared/pra.ts";
import { type PraDirection, type PraMode, praDirections, praModes } from "../../shared/pra-plan.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** What decides about which modes a plan can be gone through in. */
export interface ModeParts {
  side: PraSide;
  /** Whether the last passage that was carried through had brought production to the recovery site. */
  carried: boolean;
  running: boolean;
  lab: boolean;
  /** The names of both sites. */
  production: string;
  recovery: string;
}

/** Every mode in every direction: why it cannot be begun now, or what must be known before it is. */
export function modesOf(parts: ModeParts): PraView["modes"] {
  return praDirections.flatMap((direction) =>
    praModes.map((mode) => ({
      mode,
      direction,
      unavailable: unavailable(mode, direction, parts),
      warning: warning(mode, direction, parts),
    })),
  );
}

/** Why a mode cannot be begun; null: it can. */
export function unavailable(mode: PraMode, direction: PraDirection, parts: ModeParts): LocalText | null {
  if (mode === "rehearsal") return null;
  if (parts.running)
    return text(
      "A run of this plan is under way; it locks both directions.",
      "Une exécution de ce plan est en cours ; elle verrouille les deux directions.",
    );
  if (mode === "drill")
    return parts.lab
      ? null
      : text(
          "A drill runs on the lab or on a copy of the estate in it; this console is on the real estate.",
          "Un exercice s'exécute sur le labo ou sur une copie du parc dans celui-ci ; cette console est sur le vrai parc.",
        );
  return misplaced(direction, parts) ?? (mode === "planned" ? sourceMissing(direction, parts) : null);
}

/** Production is not where it is to be carried from. */
function misplaced(
  direction: PraDirection,
  { side, carried, production, recovery }: ModeParts,
): LocalText | null {
  if (direction === "bascule") {
    const away = side === "recovery" || (nobodyServes(side) && carried);
    return away
      ? text(
          `Production is at ${recovery} already; what is left is the return to ${production}.`,
          `La production est déjà à ${recovery} ; il reste le retour vers ${production}.`,
        )
      : null;
  }
  const there = side === "recovery" || side === "both-in-part" || side === "split-brain" || carried;
  if (there && side !== "production") return null;
  return text(
    `There is nothing to bring back: production is not at ${recovery}.`,
    `Rien n'est à ramener : la production n'est pas à ${recovery}.`,
  );
}

/** A planned bascule stops the source first: it must be alive, and the only one that serves. */
function sourceMissing(direction: PraDirection, { side, production, recovery }: ModeParts): LocalText | null {
  const source = direction === "bascule" ? production : recovery;
  if (side === "split-brain")
    return text(
      "Applications serve at both sites: nobody can say which data is the right one. Fence one side by a disaster bascule.",
      "Des applications servent sur les deux sites : nul ne peut dire quelles données sont les bonnes. Isolez un côté par une bascule de sinistre.",
    );
  if (!nobodyServes(side)) return null;
  return text(
    `Nothing is seen to serve at ${source}: a planned bascule needs a source that is alive.`,
    `Rien n'est vu en service à ${source} : une bascule planifiée demande une source vivante.`,
  );
}

/** What has to be known before a disaster bascule: what still serves is to be fenced first. */
function warning(
  mode: PraMode,
  direction: PraDirection,
  { side, production, recovery }: ModeParts,
): LocalText | null {
  if (mode !== "disaster") return null;
  const source = direction === "bascule" ? production : recovery;
  if (side === "split-brain")
    return text(
      `Applications serve at both sites. ${source} is fenced first, and what it took in since is lost.`,
      `Des applications servent sur les deux sites. ${source} est isolé d'abord, et ce qu'il a reçu depuis est perdu.`,
    );
  const serves = side === "both-in-part" || side === (direction === "bascule" ? "production" : "recovery");
  if (!serves) return null;
  return text(
    `${source} still serves: it is fenced first, and data since the last good restore points is lost. A planned bascule loses none.`,
    `${source} sert encore : il est isolé d'abord, et les données depuis les derniers bons points de restauration sont perdues. Une bascule planifiée n'en perd pas.`,
  );
}

function nobodyServes(side: PraSide): boolean {
  return side === "none" || side === "unknown";
}
