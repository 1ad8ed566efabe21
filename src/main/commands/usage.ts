import type { Language } from "../../shared/text.ts";

/** What `passerelle help` prints. */
export const usage: Record<Language, string> = {
  en: `passerelle: an operations console for a handful of sites

  passerelle check ESTATE                     check an estate file or folder; exit 0 good, 1 faulty
  passerelle serve --estate F | --lab         open the console in a browser (prints a one-time link)
  passerelle serve --bundle FILE [--identity FILE]   the same from a sealed bundle; else its passphrase is asked for
      [--open] [--port N] [--bind ADDRESS --tls-cert F --tls-key F --allow RANGE ...]
      [--look] [--wall RUN]                   prints besides a link that may only look, to the wall of a run
  passerelle lab start|fault|power|status|stop   the embedded estate, in a process of its own
  passerelle inventory --estate F [--json]    connect, read once, print every resource and error
  passerelle act ACTION RESOURCE --estate F [--input JSON] [--reason WORDS] [--yes] [--confirm NAME] [--json]
                                              exit 0 verified, 1 refused or failed, 2 unknown effect
  passerelle procedure list --estate F [--json]   procedures and their runs
  passerelle procedure plan|dry-run|run NAME --estate F [--set VARIABLE=VALUE ...] [--json]
      run: [--yes] [--confirm NAME] [--reason WORDS]   dry-run only probes; an interruption pauses a run
  passerelle procedure resume RUN --estate F [--retry|--skip|--adopt|--compensate|--approve|--refuse STEP]
      [--roll-back | --cancel] [--reason WORDS]   exit 0 completed, 1 failed or a person decides, 2 unknown effect
      --signature FILE with --approve or --refuse: what another operator has signed
  passerelle procedure note RUN --text WORDS [--step STEP] [--attach FILE] --estate F
  passerelle procedure hand-over RUN --to OPERATOR --reason WORDS --estate F
  passerelle approval request RUN STEP [--to OPERATOR] [--out FILE] --estate F   what another operator is to sign
  passerelle approval sign FILE --as OPERATOR [--key FILE] [--refuse] [--out FILE] --estate F
                                              by ssh-agent unless --key; passphrase from PASSERELLE_KEY_PASSPHRASE
  passerelle approval evidence RUN --out FOLDER   its approvals as files for ssh-keygen -Y verify
  passerelle procedure report RUN [--html FILE] [--pdf FILE] [--json FILE]   the evidence of a run, from the journal alone
  passerelle pra list --estate F [--json]     disaster-recovery plans: where production is, data at risk
  passerelle pra readiness|rehearse PLAN --estate F [--direction bascule|return] [--json]
                                              what could be in its way; rehearse probes each step and only reads,
                                              with --mode disaster as on the day on which the source is gone
  passerelle pra start PLAN --mode planned|disaster|drill --estate F [--direction bascule|return]
      [--yes] [--confirm NAME] [--reason WORDS] [--json]   exit codes as of procedure; resume goes on with the run
  passerelle pra compare ONE OTHER [--all | --json]   two passages of a plan: what took longer, is new, gone or failed
  passerelle bundle make|check --estate F [--json]   the sealed bundle that the estate asks for
  passerelle bundle show FILE [--identity FILE] [--json]   what is in it, secrets by their names alone
  passerelle drill copy --out COPY [--anonymous] --estate F   what a drill is made on: the estate as it is now,
                                              without any secret; or with other names, to be shown to others
  passerelle drill start PLAN --on copy|lab --estate F [--fault "WORDS [when STEP | after TIME]" ...]
                                              carries it out in a lab and a console of its own; prints a link
  passerelle import LIST [--system ID] [--via HOP] [--site SITE] [--store-secrets --estate F]
                                              turn a table or JSON list of AMT machines into estate file words
  passerelle trust RESOURCE --fingerprint SHA256:... --estate F   accept a host key after comparing it
  passerelle journal list|verify [--json] [--limit N] [--type TYPE] [--subject ID]
  passerelle version | help

Where the estate has roles, what changes anything takes --as OPERATOR, proven by [--identity KEY FILE] (passphrase from
PASSERELLE_KEY_PASSPHRASE), by the key that the console keeps, or by ssh-agent. Nothing is asked for.
Everywhere: --data FOLDER (or PASSERELLE_DATA) is where journal, known hosts and last good estate live.
Secrets come from the place that the estate's reference names (keychain, env:VARIABLE, file:PATH); the
passphrase of a passphrase file from PASSERELLE_PASSPHRASE or PASSERELLE_PASSPHRASE_FILE. Never as an argument.`,
  fr: `passerelle : une console d'exploitation pour une poignée de sites

  passerelle check PARC                       vérifie un fichier ou dossier de parc ; code 0 valide, 1 fautif
  passerelle serve --estate F | --lab         ouvre la console dans un navigateur (affiche un lien à usage unique)
  passerelle serve --bundle FICHIER [--identity FICHIER]   de même depuis un lot scellé ; sinon demande sa phrase de passe
      [--open] [--port N] [--bind ADRESSE --tls-cert F --tls-key F --allow PLAGE ...]
      [--look] [--wall EXÉCUTION]             affiche en plus un lien qui ne permet que de regarder, vers l'écran mural
  passerelle lab start|fault|power|status|stop   le parc embarqué, dans son propre processus
  passerelle inventory --estate F [--json]    se connecte, lit une fois, affiche chaque ressource et chaque erreur
  passerelle act ACTION RESSOURCE --estate F [--input JSON] [--reason MOTIF] [--yes] [--confirm NOM] [--json]
                                              code 0 vérifié, 1 refusé ou échoué, 2 effet inconnu
  passerelle procedure list --estate F [--json]   les procédures et leurs exécutions
  passerelle procedure plan|dry-run|run NOM --estate F [--set VARIABLE=VALEUR ...] [--json]
      run : [--yes] [--confirm NOM] [--reason MOTIF]   dry-run ne fait que sonder ; une interruption met en pause
  passerelle procedure resume EXÉCUTION --estate F [--retry|--skip|--adopt|--compensate|--approve|--refuse ÉTAPE]
      [--roll-back | --cancel] [--reason MOTIF]   code 0 achevée, 1 échec ou décision attendue, 2 effet inconnu
      --signature FICHIER avec --approve ou --refuse : ce qu'un autre opérateur a signé
  passerelle procedure note EXÉCUTION --text MOTS [--step ÉTAPE] [--attach FICHIER] --estate F
  passerelle procedure hand-over EXÉCUTION --to OPÉRATEUR --reason MOTIF --estate F
  passerelle approval request EXÉCUTION ÉTAPE [--to OPÉRATEUR] [--out FICHIER] --estate F   ce qu'un autre doit signer
  passerelle approval sign FICHIER --as OPÉRATEUR [--key FICHIER] [--refuse] [--out FICHIER] --estate F
                                              par ssh-agent sauf --key ; phrase de passe dans PASSERELLE_KEY_PASSPHRASE
  passerelle approval evidence EXÉCUTION --out DOSSIER   ses approbations en fichiers pour ssh-keygen -Y verify
  passerelle procedure report EXÉCUTION [--html FICHIER] [--pdf FICHIER] [--json FICHIER]   les preuves, d'après le seul journal
  passerelle pra list --estate F [--json]     les plans de reprise : où est la production, les données exposées
  passerelle pra readiness|rehearse PLAN --estate F [--direction bascule|return] [--json]
                                              ce qui pourrait gêner ; rehearse sonde chaque étape et ne fait que lire,
                                              avec --mode disaster comme le jour où la source n'est plus là
  passerelle pra start PLAN --mode planned|disaster|drill --estate F [--direction bascule|return]
      [--yes] [--confirm NOM] [--reason MOTIF] [--json]   codes de procedure ; resume poursuit l'exécution
  passerelle pra compare UN AUTRE [--all | --json]   deux passages d'un plan : plus lent, nouveau, disparu ou en échec
  passerelle bundle make|check --estate F [--json]   le lot scellé que le parc demande
  passerelle bundle show FICHIER [--identity FICHIER] [--json]   ce qu'il contient ; des secrets, les seuls noms
  passerelle drill copy --out COPIE [--anonymous] --estate F   ce sur quoi porte un exercice : le parc actuel,
                                              sans aucun secret ; ou sous d'autres noms, pour être montré à des tiers
  passerelle drill start PLAN --on copy|lab --estate F [--fault "MOTS [when ÉTAPE | after DURÉE]" ...]
                                              l'exécute dans un labo et une console à part ; affiche un lien
  passerelle import LISTE [--system ID] [--via REBOND] [--site SITE] [--store-secrets --estate F]
                                              change un tableau ou une liste JSON de machines AMT en entrées du parc
  passerelle trust RESSOURCE --fingerprint SHA256:... --estate F   accepte une clé d'hôte après comparaison
  passerelle journal list|verify [--json] [--limit N] [--type TYPE] [--subject ID]
  passerelle version | help

Si le parc a des rôles, toute commande qui change quelque chose prend --as OPÉRATEUR, prouvé par [--identity FICHIER DE CLÉ]
(phrase de passe dans PASSERELLE_KEY_PASSPHRASE), par la clé que garde la console, ou par ssh-agent. Rien n'est demandé.
Partout : --data DOSSIER (ou PASSERELLE_DATA) contient le journal, les hôtes connus et le dernier parc valide.
Les secrets viennent de l'endroit que nomme la référence du parc (keychain, env:VARIABLE, file:CHEMIN) ; la phrase
de passe d'un fichier à phrase de passe, de PASSERELLE_PASSPHRASE ou PASSERELLE_PASSPHRASE_FILE. Jamais en argument.`,
};
