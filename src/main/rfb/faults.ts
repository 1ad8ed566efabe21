import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** Whose screen it is, in words, and the system that it belongs to: what every error of this area names. */
export interface FarSide {
  name: string;
  system: string;
}

/** An OpsError of this area; `code` comes without the `rfb.` before it. */
export function rfbFault(
  system: string,
  code: string,
  message: LocalText,
  hint: LocalText,
  cause?: unknown,
): OpsError {
  return new OpsError({ code: `rfb.${code}`, system, message, hint, cause });
}

const openAgain = text(
  "Open the screen again; if it ends again, look at the log of its VNC server and at the link to it.",
  "Rouvrez l'écran ; s'il s'arrête encore, consultez le journal de son serveur VNC et la liaison.",
);
const checkPort = text(
  "Check that the address and port in the estate file are those of its VNC server (5900 and up).",
  "Vérifiez que l'adresse et le port du fichier de parc sont ceux de son serveur VNC (5900 et suivants).",
);
const waitAndCorrect = text(
  "Store the right password, then open the screen again; a VNC server locks an address out for a while after several refusals.",
  "Enregistrez le bon mot de passe, puis rouvrez l'écran ; après plusieurs refus, un serveur VNC bloque une adresse pendant un moment.",
);

/** `rfb.timed-out`: connected, but the log-in did not end before the deadline. */
export function loginTimedOut({ name, system }: FarSide, seconds: number): OpsError {
  return rfbFault(
    system,
    "timed-out",
    text(
      `The screen of ${name} did not finish the log-in within ${seconds} s.`,
      `L'écran de ${name} n'a pas terminé l'ouverture de session en ${seconds} s.`,
    ),
    text(
      "Check that a VNC server listens on that port and that the link to it is not overloaded, then try again.",
      "Vérifiez qu'un serveur VNC écoute sur ce port et que la liaison n'est pas surchargée, puis réessayez.",
    ),
  );
}

/** `rfb.closed-early`: the connection ended before the log-in did. */
export function closedEarly({ name, system }: FarSide, cause?: unknown): OpsError {
  return rfbFault(
    system,
    "closed-early",
    text(
      `The screen of ${name} closed the connection during the log-in.`,
      `L'écran de ${name} a fermé la connexion pendant l'ouverture de session.`,
    ),
    text(
      "It may admit one viewer only, refuse this address or be starting up: look at the log of its VNC server, then try again.",
      "Il n'admet peut-être qu'un seul client, refuse cette adresse ou démarre : consultez le journal de son serveur VNC, puis réessayez.",
    ),
    cause,
  );
}

/** `rfb.ended`: the far side closed a screen that was open. */
export function screenEnded({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "ended",
    text(
      `The screen of ${name} was closed by its server.`,
      `L'écran de ${name} a été fermé par son serveur.`,
    ),
    openAgain,
  );
}

/** `rfb.lost`: the connection of a screen that was open broke. */
export function screenLost({ name, system }: FarSide, cause?: unknown): OpsError {
  return rfbFault(
    system,
    "lost",
    text(
      `The connection to the screen of ${name} was lost.`,
      `La connexion à l'écran de ${name} a été perdue.`,
    ),
    openAgain,
    cause,
  );
}

/** `rfb.not-reading`: the far side takes nothing any more of what is sent to it. */
export function farSideNotReading({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "not-reading",
    text(
      `The screen of ${name} no longer takes what is sent to it, and was closed.`,
      `L'écran de ${name} n'accepte plus ce qui lui est envoyé ; il a été fermé.`,
    ),
    openAgain,
  );
}

/** `rfb.not-rfb`: what answers does not greet as RFB does. */
export function notRfb({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "not-rfb",
    text(
      `What answers for the screen of ${name} does not speak the VNC protocol.`,
      `Ce qui répond pour l'écran de ${name} ne parle pas le protocole VNC.`,
    ),
    checkPort,
  );
}

/** `rfb.garbage`: it greeted as RFB does and then broke the protocol. */
export function brokenProtocol({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "garbage",
    text(
      `The screen of ${name} answered with something that is not valid VNC.`,
      `L'écran de ${name} a répondu autre chose que du VNC valide.`,
    ),
    text(
      "Check that nothing in between alters the traffic, and that its VNC server is up to date.",
      "Vérifiez que rien n'altère le trafic en chemin et que son serveur VNC est à jour.",
    ),
  );
}

/** `rfb.absurd-screen`: it names a size that no screen has. Pixels. */
export function absurdScreen({ name, system }: FarSide, width: number, height: number): OpsError {
  return rfbFault(
    system,
    "absurd-screen",
    text(
      `The screen of ${name} says that it is ${width} × ${height} pixels, which cannot be shown.`,
      `L'écran de ${name} annonce ${width} × ${height} pixels, ce qui ne peut pas être affiché.`,
    ),
    text(
      "Screens of 1 × 1 to 16384 × 16384 pixels can be shown; set another resolution there.",
      "Les écrans de 1 × 1 à 16384 × 16384 pixels peuvent être affichés ; réglez-y une autre résolution.",
    ),
  );
}

/** `rfb.refused`: the server turned the connection away before any log-in; `reason` is its own, printable. */
export function connectionTurnedAway({ name, system }: FarSide, reason: string): OpsError {
  return rfbFault(
    system,
    "refused",
    text(
      `The screen of ${name} refuses the connection${quoted(reason).en}.`,
      `L'écran de ${name} refuse la connexion${quoted(reason).fr}.`,
    ),
    text(
      "Look at the settings and the log of its VNC server, then try again.",
      "Consultez les réglages et le journal de son serveur VNC, puis réessayez.",
    ),
  );
}

/** `rfb.too-many-failures`: the server has locked this address out for a while. */
export function tooManyFailures({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "too-many-failures",
    text(
      `The screen of ${name} accepts no log-in for now, because too many have failed.`,
      `L'écran de ${name} n'accepte plus d'ouverture de session pour l'instant, car trop d'essais ont échoué.`,
    ),
    text(
      "Wait a minute or more, make sure that the right password is stored, then open it once.",
      "Patientez au moins une minute, assurez-vous que le bon mot de passe est enregistré, puis ouvrez-le une seule fois.",
    ),
  );
}

/** `rfb.log-in-refused`: the password (or user) is wrong; `reason` is the server's own, printable. */
export function loginRefused({ name, system }: FarSide, reason: string): OpsError {
  return rfbFault(
    system,
    "log-in-refused",
    text(
      `The screen of ${name} refused the log-in${quoted(reason).en}.`,
      `L'écran de ${name} a refusé l'ouverture de session${quoted(reason).fr}.`,
    ),
    waitAndCorrect,
  );
}

/** `rfb.password-needed`: the server wants a password and the estate names none. */
export function passwordNeeded({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "password-needed",
    text(
      `The screen of ${name} wants a password, and the estate file names none.`,
      `L'écran de ${name} demande un mot de passe, et le fichier de parc n'en indique aucun.`,
    ),
    text(
      "Give the screen or its system a `password`, as a secret reference.",
      "Donnez à l'écran ou à son système un « password », sous forme de référence de secret.",
    ),
  );
}

/** `rfb.user-needed`: the server wants a user as well and the estate names none. */
export function userNeeded({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "user-needed",
    text(
      `The screen of ${name} wants a user name besides the password, and the estate file gives none.`,
      `L'écran de ${name} demande un nom d'utilisateur en plus du mot de passe, et le fichier de parc n'en indique aucun.`,
    ),
    text(
      "Give the screen a `user` in the estate file.",
      "Donnez à l'écran un « user » dans le fichier de parc.",
    ),
  );
}

/** `rfb.no-common-security`: the server offers no log-in that the console may use; `offered` are its types, in words. */
export function noCommonSecurity({ name, system }: FarSide, offered: readonly string[]): OpsError {
  const list = offered.join(", ");
  return rfbFault(
    system,
    "no-common-security",
    text(
      `The screen of ${name} offers no log-in that this console can use (offered: ${list}).`,
      `L'écran de ${name} n'offre aucune authentification utilisable par cette console (offertes : ${list}).`,
    ),
    text(
      "Allow VNC authentication or a VeNCrypt type with a certificate in its VNC server.",
      "Autorisez dans son serveur VNC l'authentification VNC ou un type VeNCrypt avec certificat.",
    ),
  );
}

/** `rfb.tls-missing`: the estate demands TLS and the server does not offer that kind. */
export function tlsMissing({ name, system }: FarSide, offered: readonly string[]): OpsError {
  const list = offered.join(", ");
  return rfbFault(
    system,
    "tls-missing",
    text(
      `The estate file demands TLS for the screen of ${name}, which offers none of that kind (offered: ${list}); nothing secret was sent.`,
      `Le fichier de parc exige TLS pour l'écran de ${name}, qui n'en offre pas de ce genre (offertes : ${list}) ; rien de secret n'a été envoyé.`,
    ),
    text(
      "Switch TLS on in its VNC server (VeNCrypt), or correct `tls` in the estate file.",
      "Activez TLS dans son serveur VNC (VeNCrypt), ou corrigez « tls » dans le fichier de parc.",
    ),
  );
}

/** `rfb.password-unprotected`: the only log-in would show the password to whoever is on the way. */
export function passwordUnprotected({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "password-unprotected",
    text(
      `The screen of ${name} wants the password without proving who it is; it was not sent.`,
      `L'écran de ${name} demande le mot de passe sans prouver son identité ; il n'a pas été envoyé.`,
    ),
    text(
      "Give its VNC server a certificate (X509Plain), or accept the risk with `tls: anonymous` in the estate file.",
      "Donnez un certificat à son serveur VNC (X509Plain), ou acceptez le risque avec « tls: anonymous » dans le fichier de parc.",
    ),
  );
}

/** `rfb.certificate-changed`: the certificate is not the pinned one; nothing was sent. */
export function certificateChanged({ name, system }: FarSide, pinned: string, shown: string): OpsError {
  return rfbFault(
    system,
    "certificate-changed",
    text(
      `The screen of ${name} shows the certificate ${shown}, but ${pinned} is pinned: this may be another machine. Nothing secret was sent.`,
      `L'écran de ${name} présente le certificat ${shown}, alors que ${pinned} est épinglé : c'est peut-être une autre machine. Rien de secret n'a été envoyé.`,
    ),
    text(
      "Find out why it changed; only if that was intended, put the new fingerprint into the estate file.",
      "Cherchez pourquoi il a changé ; seulement si c'était voulu, mettez la nouvelle empreinte dans le fichier de parc.",
    ),
  );
}

/** `rfb.certificate-untrusted`: no pin, and no authority of this workstation vouches for the certificate. */
export function certificateUntrusted({ name, system }: FarSide, cause: unknown): OpsError {
  return rfbFault(
    system,
    "certificate-untrusted",
    text(
      `Nobody that this workstation trusts vouches for the certificate of ${name}'s screen; nothing secret was sent.`,
      `Aucune autorité reconnue par ce poste ne garantit le certificat de l'écran de ${name} ; rien de secret n'a été envoyé.`,
    ),
    text(
      "Put the certificate's SHA-256 fingerprint into the estate file as `tls: { pin: … }`, or have an authority sign it.",
      "Mettez l'empreinte SHA-256 du certificat dans le fichier de parc, « tls: { pin: … } », ou faites-le signer par une autorité.",
    ),
    cause,
  );
}

/** `rfb.tls-failed`: no TLS connection came about, for another reason than the certificate. */
export function tlsFailed({ name, system }: FarSide, cause?: unknown): OpsError {
  return rfbFault(
    system,
    "tls-failed",
    text(
      `No TLS connection to the screen of ${name} came about.`,
      `Aucune connexion TLS avec l'écran de ${name} n'a pu être établie.`,
    ),
    text(
      "Check the TLS settings of its VNC server and `tls` in the estate file.",
      "Vérifiez les réglages TLS de son serveur VNC et « tls » dans le fichier de parc.",
    ),
    cause,
  );
}

/** `rfb.viewer-broke-protocol`: the window sent something that is not RFB. */
export function viewerBrokeProtocol({ name, system }: FarSide): OpsError {
  return rfbFault(
    system,
    "viewer-broke-protocol",
    text(
      `The window of ${name}'s screen sent something that is not valid VNC, and was closed.`,
      `La fenêtre de l'écran de ${name} a envoyé autre chose que du VNC valide ; elle a été fermée.`,
    ),
    openAgain,
  );
}

function quoted(reason: string): LocalText {
  return reason === "" ? text("", "") : text(`: "${reason}"`, ` : « ${reason} »`);
}
