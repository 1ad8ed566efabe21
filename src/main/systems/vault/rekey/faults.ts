import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { service } from "../../../vault/faults.ts";

const { fault } = service;

const exportAgain = text(
  "Put there what `gpg --export --armor` gives for them: their public key alone.",
  "Mettez-y ce que donne « gpg --export --armor » pour cette personne : sa seule clé publique.",
);

/** `vault.holder-file`: the key of a holder cannot be read. */
export function holderFile(holder: string, path: string, cause: unknown): OpsError {
  return fault(
    "holder-file",
    text(
      `The OpenPGP key of ${holder} cannot be read from ${path}.`,
      `La clé OpenPGP de ${holder} ne peut pas être lue dans ${path}.`,
    ),
    exportAgain,
    cause,
  );
}

/** `vault.holder-key`: what is there is no public key of OpenPGP. */
export function holderKeyUnfit(holder: string, path: string): OpsError {
  return fault(
    "holder-key",
    text(
      `${path} holds no OpenPGP public key of ${holder} that Vault would take.`,
      `${path} ne contient aucune clé publique OpenPGP de ${holder} que Vault accepterait.`,
    ),
    exportAgain,
  );
}

/** `vault.holder-key`: it is a private one, which was not sent anywhere. */
export function holderKeyPrivate(holder: string, path: string): OpsError {
  return fault(
    "holder-key",
    text(
      `${path} holds the private key of ${holder}; it was not sent anywhere.`,
      `${path} contient la clé privée de ${holder} ; elle n'a été envoyée nulle part.`,
    ),
    exportAgain,
  );
}

/** `vault.holder-twice`: one key for two holders would put two shares in one hand. */
export function holderKeyTwice(one: string, other: string): OpsError {
  return fault(
    "holder-twice",
    text(
      `${one} and ${other} have the same OpenPGP key: two shares would be in one hand.`,
      `${one} et ${other} ont la même clé OpenPGP : deux parts seraient dans une seule main.`,
    ),
    text("Give each holder a key of their own.", "Donnez à chaque porteur une clé qui lui est propre."),
  );
}

/** `vault.holder-changed`: other keys are in the files than those that were looked at. */
export function holderKeysChanged(): OpsError {
  return fault(
    "holder-changed",
    text(
      "The OpenPGP keys of the holders were changed after they had been looked at; nothing was sent.",
      "Les clés OpenPGP des porteurs ont changé après avoir été vérifiées ; rien n'a été envoyé.",
    ),
    text(
      "Look at the fingerprints again with their holders, then begin anew.",
      "Vérifiez de nouveau les empreintes avec leurs porteurs, puis recommencez.",
    ),
  );
}

/** `vault.rekey-closed`: neither family of paths is open; `isRefused` where one is there for others. */
export function rekeyClosed(name: string, path: string, isRefused: boolean): OpsError {
  return fault(
    "rekey-closed",
    isRefused
      ? text(
          `${name} has \`sys/rekey\` switched off and does not allow \`${path}\` to whoever is signed in: no shares can be made anew from here.`,
          `${name} a désactivé « sys/rekey » et n'accorde pas « ${path} » à la personne identifiée : les parts ne peuvent pas être renouvelées d'ici.`,
        )
      : text(
          `${name} has neither \`${path}\` nor \`sys/rekey\` open: no shares can be made anew from here.`,
          `${name} n'ouvre ni « ${path} » ni « sys/rekey » : les parts ne peuvent pas être renouvelées d'ici.`,
        ),
    isRefused
      ? text(
          `Ask for a policy that grants \`read\`, \`update\` and \`delete\` on \`${path}/*\`.`,
          `Demandez une politique accordant « read », « update » et « delete » sur « ${path}/* ».`,
        )
      : text(
          "Upgrade it to OpenBao 2.4 or later, or have `disable_unauthed_rekey_endpoints` set to false at its listener.",
          "Passez à OpenBao 2.4 ou plus récent, ou faites mettre « disable_unauthed_rekey_endpoints » à false sur son écoute.",
        ),
  );
}

/** `vault.rekey-unheld`: it opens by itself, and was initialised without a recovery key. */
export function rekeyUnheld(name: string): OpsError {
  return fault(
    "rekey-unheld",
    text(
      `${name} opens by itself and nobody holds a share of a recovery key: there is nothing to authorise new shares with.`,
      `${name} s'ouvre seul et personne ne détient de part de clé de secours : rien ne peut autoriser de nouvelles parts.`,
    ),
    text(
      "Have its first recovery key made with its own program, by whoever runs it.",
      "Faites créer sa première clé de secours avec son propre programme, par qui l'exploite.",
    ),
  );
}

/** `vault.rekey-over`: it was ended meanwhile, by its last share or by somebody who cancelled it. */
export function rekeyOver(name: string): OpsError {
  return fault(
    "rekey-over",
    text(
      `New shares of ${name} are no longer being made: somebody has cancelled that, or it was completed elsewhere.`,
      `Le renouvellement des parts de ${name} n'est plus en cours : quelqu'un l'a annulé, ou il a été achevé ailleurs.`,
    ),
    text(
      "Look into the journal and ask the others; until new shares are proven, those of before remain in force.",
      "Consultez le journal et les autres porteurs ; tant que les nouvelles parts ne sont pas prouvées, les précédentes restent en vigueur.",
    ),
  );
}

/** `vault.rekey-restarted`: it is another attempt than the one that was looked at. */
export function rekeyRestarted(name: string): OpsError {
  return fault(
    "rekey-restarted",
    text(
      `The making of new shares of ${name} was begun anew meanwhile; your share was not counted.`,
      `Le renouvellement des parts de ${name} a été recommencé entre-temps ; votre part n'a pas été comptée.`,
    ),
    text(
      "Look at the figures and holders of the new attempt, then enter your share again.",
      "Vérifiez les chiffres et les porteurs de la nouvelle tentative, puis saisissez de nouveau votre part.",
    ),
  );
}

/** `vault.rekey-wrong-share`: enough shares were entered, and together they are not the right ones. */
export function rekeyWrongShare(name: string): OpsError {
  return fault(
    "rekey-wrong-share",
    text(
      `The shares that were entered for ${name} do not fit together: at least one of them is wrong, or of another time.`,
      `Les parts saisies pour ${name} ne vont pas ensemble : l'une d'elles au moins est fausse, ou d'une autre époque.`,
    ),
    text(
      "Vault has dropped all of them: everybody enters their share again. Nothing has changed.",
      "Vault les a toutes oubliées : chacun saisit de nouveau sa part. Rien n'a changé.",
    ),
  );
}

/** `vault.rekey-share-twice`: this share counts already. */
export function rekeyShareTwice(name: string): OpsError {
  return fault(
    "rekey-share-twice",
    text(
      `This share was already entered for ${name}; it counts once.`,
      `Cette part a déjà été saisie pour ${name} ; elle ne compte qu'une fois.`,
    ),
    text("Another share is needed, of another person.", "Il faut une autre part, d'une autre personne."),
  );
}

/** `vault.rekey-not-a-share`: what was entered is no share at all. */
export function rekeyNotAShare(name: string): OpsError {
  return fault(
    "rekey-not-a-share",
    text(
      `What was entered is no share of the key of ${name}; nothing was counted.`,
      `Ce qui a été saisi n'est pas une part de la clé de ${name} ; rien n'a été compté.`,
    ),
    text(
      "Enter the share whole, as it is once it is opened with your own key: base64 or hexadecimal digits.",
      "Saisissez la part en entier, telle qu'elle est une fois ouverte avec votre propre clé : en base64 ou en chiffres hexadécimaux.",
    ),
  );
}
