import { type LocalText, text } from "../../../../shared/text.ts";
import { type ConsentReading, needsConsent } from "../consent.ts";
import type { ControlMode, Lack } from "./reading.ts";
import type { SettingId } from "./settings.ts";

/** Why something of a machine cannot be reached: what it is, and what helps. */

export const notSetUp = text(
  "AMT is not set up on this machine: it must be provisioned first, in its BIOS (MEBx) or by a provisioning server.",
  "AMT n'est pas configuré sur cette machine : il faut d'abord le provisionner, dans son BIOS (MEBx) ou par un serveur.",
);
export const standardManageability = text(
  "This machine has Intel Standard Manageability, not full AMT: it has power and serial console but no screen (KVM); a vPro processor and board are needed for that.",
  "Cette machine a Intel Standard Manageability et non AMT complet : elle offre l'alimentation et la console série, mais pas l'écran (KVM) ; il faut pour cela un processeur et une carte vPro.",
);
export const barredByBios = text(
  "The screen (KVM) is switched off in the machine's BIOS (MEBx): somebody must switch it on there, it cannot be done from outside.",
  "L'écran (KVM) est désactivé dans le BIOS (MEBx) de la machine : quelqu'un doit l'y activer, c'est impossible à distance.",
);
export const noGraphics = text(
  "The firmware offers no screen (KVM): it shows only Intel's graphics of the processor, which this machine does not have or does not use; choose them in its BIOS and take the screen off the other card.",
  "Le micrologiciel n'offre pas l'écran (KVM) : il ne montre que le circuit graphique Intel du processeur, que cette machine n'a pas ou n'utilise pas ; choisissez-le dans son BIOS et débranchez l'écran de l'autre carte.",
);
export const noClassicPort = text(
  "Firmware from version 16.1 on has no VNC port 5900 any more: write `screen: redirection` for this machine into the estate file.",
  "Depuis la version 16.1, le micrologiciel n'a plus de port VNC 5900 : écrivez « screen: redirection » pour cette machine dans le fichier de parc.",
);

const what: Record<SettingId, LocalText> = {
  kvm: text("The screen (KVM)", "L'écran (KVM)"),
  redirection: text("The serial console (SOL)", "La console série (SOL)"),
  listener: text("The redirection port", "Le port de redirection"),
  "port-5900": text("The classic VNC port", "Le port VNC classique"),
  "link-policy": text("The network while the machine is off", "Le réseau quand la machine est éteinte"),
};

/** A setting without a value. */
export function lacking(id: SettingId, lack: Lack): LocalText {
  const { en, fr } = what[id];
  if (lack === "denied") {
    return text(
      `${en} cannot be looked at by this AMT user: give it the realm “Redirection” (or “PT Administration”).`,
      `${fr} : cet utilisateur AMT n'y a pas accès ; donnez-lui le domaine « Redirection » (ou « PT Administration »).`,
    );
  }
  return lack === "absent"
    ? text(`${en} is not offered by the firmware.`, `${fr} : le micrologiciel ne l'offre pas.`)
    : text(
        `${en}: the firmware does not say how it stands, so it is left alone.`,
        `${fr} : le micrologiciel n'en dit pas l'état, il est donc laissé tel quel.`,
      );
}

/** The link's policy is shown to administrators alone, and not having it read is no reason to stop. */
export function linkUnknown(lack: Lack): LocalText {
  return lack === "absent"
    ? text(
        "Whether AMT keeps its network while the machine is off is not told: it has no wired port, or none of that name.",
        "Rien n'indique si AMT garde son réseau quand la machine est éteinte : elle n'a pas de port filaire, ou pas sous ce nom.",
      )
    : text(
        "Whether AMT keeps its network while the machine is off is shown only to a user with the realm “PT Administration”.",
        "Seul un utilisateur doté du domaine « PT Administration » peut voir si AMT garde son réseau quand la machine est éteinte.",
      );
}

/** That a person must consent each time, which is a policy and stays. */
export function consentNote(consent: ConsentReading | null, mode: ControlMode | null): LocalText | null {
  if (mode === "client") {
    return text(
      "The machine is in client control mode: for its screen and its next boot, a person in front of it must read out a six-digit code each time. Only provisioning it in admin control mode changes that.",
      "La machine est en mode « client control » : pour son écran et son prochain démarrage, une personne devant elle doit lire chaque fois un code à six chiffres. Seul un provisionnement en mode « admin control » y change quelque chose.",
    );
  }
  if (!consent || !needsConsent(consent.policy, "screen")) return null;
  return text(
    "The machine wants its user's consent for its screen: a person in front of it must read out a six-digit code. This policy is left as it is.",
    "La machine exige l'accord de son utilisateur pour l'écran : une personne devant elle doit lire un code à six chiffres. Cette règle est laissée telle quelle.",
  );
}
