import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `people.${code}`, system: "people", message, hint, cause });
}

const again = text(
  "Start the log-in again; if it fails again, sign in with a key.",
  "Recommencez la connexion ; si elle échoue encore, identifiez-vous avec une clé.",
);

export function noProvider(): OpsError {
  return fault(
    "no-provider",
    text("This estate names no identity provider.", "Ce parc n'indique aucun fournisseur d'identité."),
    text(
      "Sign in with a key, or declare one under the key “signIn” of the estate file.",
      "Identifiez-vous avec une clé, ou déclarez-en un sous la clé « signIn » du fichier du parc.",
    ),
  );
}

export function notSecure(): OpsError {
  return fault(
    "provider-not-secure",
    text(
      "The identity provider is named by http: anybody on the way could pretend to be it.",
      "Le fournisseur d'identité est indiqué en http : n'importe qui sur le trajet pourrait se faire passer pour lui.",
    ),
    text("Name it by https in the estate file.", "Indiquez-le en https dans le fichier du parc."),
  );
}

export function tooManyAttempts(): OpsError {
  return fault(
    "too-many-attempts",
    text(
      "Too many log-ins with the identity provider are under way.",
      "Trop de connexions auprès du fournisseur d'identité sont en cours.",
    ),
    text("Finish or leave one of them, then try again.", "Terminez-en une ou abandonnez-la, puis réessayez."),
  );
}

export function noAttempt(): OpsError {
  return fault(
    "no-attempt",
    text(
      "This log-in is not under way any more at this window.",
      "Cette connexion n'est plus en cours dans cette fenêtre.",
    ),
    again,
  );
}

export function refused(cause: unknown): OpsError {
  return fault(
    "provider-refused",
    text("The identity provider refused the log-in.", "Le fournisseur d'identité a refusé la connexion."),
    text(
      "See that your account there may use this console, then start again.",
      "Vérifiez que votre compte y a accès à cette console, puis recommencez.",
    ),
    cause,
  );
}

export function failed(cause: unknown): OpsError {
  return fault(
    "provider-failed",
    text(
      "The identity provider could not be reached, or its answer does not hold.",
      "Le fournisseur d'identité est injoignable, ou sa réponse ne tient pas.",
    ),
    again,
    cause,
  );
}

export function noClaim(claim: string): OpsError {
  return fault(
    "no-claim",
    text(
      `The identity provider did not say who you are: the claim “${claim}” is missing or not verified.`,
      `Le fournisseur d'identité n'a pas dit qui vous êtes : l'attribut « ${claim} » manque ou n'est pas vérifié.`,
    ),
    text(
      "Check the scopes and the claim under “signIn.oidc” in the estate file.",
      "Vérifiez les portées et l'attribut sous « signIn.oidc » dans le fichier du parc.",
    ),
  );
}

export function unknownIdentity(): OpsError {
  return fault(
    "unknown-identity",
    text(
      "You are known to the identity provider, but no operator of this estate has that identity.",
      "Le fournisseur d'identité vous connaît, mais aucun opérateur de ce parc n'a cette identité.",
    ),
    text(
      "Have it put under “identities” of your operator in the estate file.",
      "Faites-la ajouter sous « identities » de votre opérateur dans le fichier du parc.",
    ),
  );
}
