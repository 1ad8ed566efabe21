import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

/** An OpsError of this area; `code` comes without the `amt.` before it. */
export function amtFault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `amt.${code}`, system: "amt", message, hint, cause });
}

const tryAgain = text(
  "Try again; if it fails again, check the link to it and restart its management engine by taking it off the mains.",
  "Réessayez ; si l'échec persiste, vérifiez la liaison et redémarrez son moteur d'administration en coupant le secteur.",
);
const checkPort = text(
  "Check that the address and port in the estate file are those of AMT (16992, or 16993 with TLS).",
  "Vérifiez que l'adresse et le port du fichier de parc sont ceux d'AMT (16992, ou 16993 avec TLS).",
);

/** `amt.timed-out`: connected, but the whole answer did not come before the deadline. */
export function answerTimedOut(name: string, seconds: number): OpsError {
  return amtFault(
    "timed-out",
    text(
      `AMT on ${name} did not answer completely within ${seconds} s.`,
      `L'AMT de ${name} n'a pas répondu entièrement en ${seconds} s.`,
    ),
    text(
      "It answers slowly while the machine is off or under load: wait a minute, then try again.",
      "Il répond lentement quand la machine est éteinte ou chargée : patientez une minute, puis réessayez.",
    ),
  );
}

/** `amt.closed`: the connection ended before an answer began. */
export function closedWithoutAnswer(name: string, cause?: unknown): OpsError {
  return amtFault(
    "closed",
    text(
      `AMT on ${name} closed the connection without an answer.`,
      `L'AMT de ${name} a fermé la connexion sans répondre.`,
    ),
    tryAgain,
    cause,
  );
}

/** `amt.truncated`: the connection ended in the middle of an answer. */
export function answerTruncated(name: string, cause?: unknown): OpsError {
  return amtFault(
    "truncated",
    text(`The answer of AMT on ${name} broke off.`, `La réponse de l'AMT de ${name} s'est interrompue.`),
    tryAgain,
    cause,
  );
}

/** `amt.too-large`: more came than any answer of AMT can need. */
export function answerTooLarge(name: string): OpsError {
  return amtFault(
    "too-large",
    text(
      `The answer of AMT on ${name} is far too large and was dropped.`,
      `La réponse de l'AMT de ${name} est beaucoup trop volumineuse et a été abandonnée.`,
    ),
    checkPort,
  );
}

/** `amt.garbage`: what came is not HTTP, not XML, or not WS-Management. */
export function answerGarbage(
  name: string,
  what: "HTTP" | "XML" | "WS-Management",
  cause?: unknown,
): OpsError {
  return amtFault(
    "garbage",
    text(
      `${name} answered with something that is not valid ${what}.`,
      `${name} a répondu autre chose que du ${what} valide.`,
    ),
    checkPort,
    cause,
  );
}

/** `amt.not-amt`: an HTTP server answered, but not as AMT does. */
export function unexpectedStatus(name: string, status: number): OpsError {
  return amtFault(
    "not-amt",
    text(
      `${name} answered with the HTTP status ${status}, which AMT does not give here.`,
      `${name} a répondu avec le statut HTTP ${status}, qu'AMT ne renvoie pas ici.`,
    ),
    checkPort,
  );
}

/** `amt.log-in-refused`: user or password is wrong. */
export function loginRefused(name: string, user: string): OpsError {
  return amtFault(
    "log-in-refused",
    text(
      `AMT on ${name} refused the user ${user} or the password.`,
      `L'AMT de ${name} a refusé l'utilisateur ${user} ou son mot de passe.`,
    ),
    text(
      "Correct the user in the estate file or store the right password; repeated failures make AMT answer more slowly.",
      "Corrigez l'utilisateur dans le fichier de parc ou enregistrez le bon mot de passe ; des échecs répétés ralentissent AMT.",
    ),
  );
}

/** `amt.digest-loop`: it asks for a new answer again and again, without saying that the password is wrong. */
export function digestLoop(name: string): OpsError {
  return amtFault(
    "digest-loop",
    text(
      `AMT on ${name} asks for the log-in again and again without accepting or refusing it.`,
      `L'AMT de ${name} redemande sans fin l'authentification sans l'accepter ni la refuser.`,
    ),
    tryAgain,
  );
}

/** `amt.no-digest`: it offers no log-in that the console knows. */
export function noDigest(name: string): OpsError {
  return amtFault(
    "no-digest",
    text(
      `${name} demands a log-in and offers no Digest that this console knows.`,
      `${name} exige une authentification et n'offre aucun Digest connu de cette console.`,
    ),
    checkPort,
  );
}

/** `amt.no-login`: the estate file gives no user or no password. */
export function noLogin(name: string): OpsError {
  return amtFault(
    "no-login",
    text(
      `The estate file gives no AMT password for ${name}.`,
      `Le fichier de parc n'indique aucun mot de passe AMT pour ${name}.`,
    ),
    text(
      "Give the machine or its system a password, as a secret reference.",
      "Donnez à la machine ou à son système un « password », sous forme de référence de secret.",
    ),
  );
}

/** `amt.certificate-changed`: the certificate is not the pinned one; nothing was sent. */
export function certificateChanged(name: string, pinned: string, shown: string): OpsError {
  return amtFault(
    "certificate-changed",
    text(
      `AMT on ${name} shows the certificate ${shown}, but ${pinned} is pinned: this may be another machine. Nothing was sent.`,
      `L'AMT de ${name} présente le certificat ${shown}, alors que ${pinned} est épinglé : c'est peut-être une autre machine. Rien n'a été envoyé.`,
    ),
    text(
      "Find out why it changed; only if that was intended, put the new fingerprint into the estate file.",
      "Cherchez pourquoi il a changé ; seulement si c'était voulu, mettez la nouvelle empreinte dans le fichier de parc.",
    ),
  );
}

/** `amt.certificate-untrusted`: no pin, and no authority of this workstation vouches for the certificate. */
export function certificateUntrusted(name: string, cause: unknown): OpsError {
  return amtFault(
    "certificate-untrusted",
    text(
      `Nobody that this workstation trusts vouches for the certificate of AMT on ${name}; nothing was sent.`,
      `Aucune autorité reconnue par ce poste ne garantit le certificat de l'AMT de ${name} ; rien n'a été envoyé.`,
    ),
    text(
      "AMT certificates are self-signed as a rule: put the certificate's SHA-256 fingerprint into the estate file as `tls: { pin: … }`.",
      "Les certificats AMT sont en général autosignés : mettez l'empreinte SHA-256 du certificat dans le fichier de parc, « tls: { pin: … } ».",
    ),
    cause,
  );
}

/** `amt.tls-failed`: no TLS connection came about, for another reason than the certificate. */
export function tlsFailed(name: string, cause?: unknown): OpsError {
  return amtFault(
    "tls-failed",
    text(
      `No TLS connection to AMT on ${name} came about.`,
      `Aucune connexion TLS avec l'AMT de ${name} n'a pu être établie.`,
    ),
    text(
      "Check that TLS is on there and the port is its TLS port (16993); firmware before version 12 may need `tls: { legacy: true }`.",
      "Vérifiez que TLS y est actif et que le port est le port TLS (16993) ; un micrologiciel antérieur à la version 12 peut exiger « tls: { legacy: true } ».",
    ),
    cause,
  );
}
