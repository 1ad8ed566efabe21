import { text } from "../../shared/text.ts";
import type { Sections } from "./host-sections.ts";

/** How an account comes to root's rights on a host: it has them, sudo lends them without a password, or not at all. */
export type Privilege = "root" | "sudo" | "none";

/**
 * A section `privilege` that asks sudo whether it would run the given command without a password (sudo(8), `-n -l`);
 * nothing is run. `way` must have been set by the script before.
 */
export const privilegeSection = `
begin privilege
if [ "$user" = 0 ]; then echo root
elif has sudo && sudo -n -l $way </dev/null >/dev/null 2>&1; then echo sudo
else echo none; fi
finish 0
`.trim();

/** Reads the section; `none` when it says nothing. */
export function readPrivilege(sections: Sections): Privilege {
  const word = sections.whole("privilege")?.body.trim();
  return word === "root" || word === "sudo" ? word : "none";
}

/** Why an action that needs root cannot be run; `what` names it in both languages, in the infinitive. */
export function privilegeMissing(user: string, what: { en: string; fr: string }) {
  return text(
    `${user} is not root on this host and sudo does not let it ${what.en} without a password.`,
    `${user} n'est pas root sur cet hôte et sudo ne lui permet pas de ${what.fr} sans mot de passe.`,
  );
}
