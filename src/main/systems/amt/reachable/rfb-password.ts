import { type LocalText, text } from "../../../../shared/text.ts";

/**
 * What is wrong with a password for AMT's port 5900, or null when AMT takes it: exactly eight characters of printable
 * ASCII, with an upper-case and a lower-case letter, a digit and a special character, and none of colon, comma and
 * quotation mark. An underscore does not count as special. The password is not in the words.
 */
export function rfbPasswordProblem(password: string): LocalText | null {
  const well =
    /^[\x21-\x7e]{8}$/.test(password) &&
    /[A-Z]/.test(password) &&
    /[a-z]/.test(password) &&
    /[0-9]/.test(password) &&
    /[^A-Za-z0-9_]/.test(password) &&
    !/[:,"]/.test(password);
  if (well) return null;
  return text(
    'AMT takes only a password of exactly eight characters for port 5900, with an upper-case and a lower-case letter, a digit and a special character, without blank, colon, comma and quotation mark (an underscore is not special): the one stored for the screen is not such. Store another one under "Secrets".',
    "Pour le port 5900, AMT n'accepte qu'un mot de passe d'exactement huit caractères, avec une majuscule, une minuscule, un chiffre et un caractère spécial, sans espace, deux-points, virgule ni guillemet (le tiret bas n'est pas spécial) : celui enregistré pour l'écran ne convient pas. Enregistrez-en un autre dans « Secrets ».",
  );
}
