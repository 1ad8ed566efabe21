import type { Health, Problem } from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";

/** The health of what a site holds; the inventory keeps it up to date. */
export interface Holding {
  /** Those in maintenance are not among them. */
  counts: Record<Health, number>;
  maintenance: number;
  stale: number;
  total: number;
  seenAt: number | null;
}

/** What is wrong with a site by what it holds, in figures. */
export function heldProblems({ counts, maintenance, total }: Holding): Problem[] {
  if (total === 0) {
    const words = text("The site holds nothing yet.", "Le site ne contient encore rien.");
    return [{ code: "site.empty", health: "unknown", text: words }];
  }
  const words = {
    critical: text(
      `Critical: ${counts.critical} of ${total}.`,
      `Critiques : ${counts.critical} sur ${total}.`,
    ),
    unknown: text(
      `State not known: ${counts.unknown} of ${total}.`,
      `État inconnu : ${counts.unknown} sur ${total}.`,
    ),
    warning: text(
      `To be watched: ${counts.warning} of ${total}.`,
      `À surveiller : ${counts.warning} sur ${total}.`,
    ),
  };
  const wrong = (["critical", "unknown", "warning"] as const)
    .filter((health) => counts[health] > 0)
    .map((health) => ({ code: `site.${health}`, health, text: words[health] }));
  if (maintenance === 0) return wrong;
  const away = text(
    `In maintenance: ${maintenance} of ${total}.`,
    `En maintenance : ${maintenance} sur ${total}.`,
  );
  return [
    ...wrong,
    { code: "site.maintenance", health: maintenance === total ? "warning" : "ok", text: away },
  ];
}
