import type { ErrorCode } from "yaml";
import { type LocalText, text } from "../../shared/text.ts";

interface SyntaxFault {
  message: LocalText;
  expected: LocalText | null;
}

const indentation = text(
  "spaces, the same number for all keys of one map",
  "des espaces, en même nombre pour toutes les clés d'une table",
);

const words: Partial<Record<ErrorCode, SyntaxFault>> = {
  TAB_AS_INDENT: {
    message: text("A tab is used as indentation.", "Une tabulation sert d'indentation."),
    expected: text("spaces", "des espaces"),
  },
  BAD_INDENT: {
    message: text("The indentation does not fit.", "L'indentation ne convient pas."),
    expected: indentation,
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: text(
      "A value cannot be followed by a map here.",
      "Une table ne peut pas suivre une valeur ici.",
    ),
    expected: text("one key and one value a line", "une clé et une valeur par ligne"),
  },
  MULTILINE_IMPLICIT_KEY: {
    message: text("A key goes over several lines.", "Une clé s'étend sur plusieurs lignes."),
    expected: text(
      "a key on one line, followed by a colon",
      "une clé sur une seule ligne, suivie de deux-points",
    ),
  },
  MISSING_CHAR: {
    message: text("A character is missing here.", "Il manque un caractère ici."),
    expected: text(
      "a closing quote or bracket, a colon or a comma",
      "un guillemet ou un crochet fermant, deux-points ou une virgule",
    ),
  },
  MULTIPLE_DOCS: {
    message: text("The file holds several YAML documents.", "Le fichier contient plusieurs documents YAML."),
    expected: text('one document, without a second "---"', "un seul document, sans second « --- »"),
  },
  NON_STRING_KEY: {
    message: text("A list or a map is used as a key.", "Une liste ou une table sert de clé."),
    expected: text("a word as key", "un mot comme clé"),
  },
  KEY_OVER_1024_CHARS: {
    message: text("A key is longer than 1024 characters.", "Une clé dépasse 1024 caractères."),
    expected: text("a short word as key", "un mot court comme clé"),
  },
  BAD_ALIAS: {
    message: text("The alias is not well formed.", "L'alias est mal formé."),
    expected: text("*NAME of an anchor before it", "*NOM d'une ancre placée avant lui"),
  },
  BAD_DQ_ESCAPE: {
    message: text(
      "A backslash sequence in double quotes is not known.",
      "Une séquence à barre oblique inverse entre guillemets doubles est inconnue.",
    ),
    expected: text(
      "single quotes, or a doubled backslash",
      "des apostrophes, ou une barre oblique inverse doublée",
    ),
  },
  BAD_SCALAR_START: {
    message: text(
      "A value cannot begin with this character.",
      "Une valeur ne peut pas commencer par ce caractère.",
    ),
    expected: text("the value in quotes", "la valeur entre guillemets"),
  },
  BLOCK_IN_FLOW: {
    message: text(
      "An indented value cannot stand inside brackets.",
      "Une valeur indentée ne peut pas se trouver entre crochets ou accolades.",
    ),
    expected: null,
  },
  TAG_RESOLVE_FAILED: {
    message: text("A YAML tag is not known here.", "Une étiquette YAML est inconnue ici."),
    expected: text("the value without its tag", "la valeur sans son étiquette"),
  },
  MULTIPLE_ANCHORS: {
    message: text("A value has several anchors.", "Une valeur porte plusieurs ancres."),
    expected: text("one anchor", "une seule ancre"),
  },
  RESOURCE_EXHAUSTION: {
    message: text(
      "The values are nested too deep to be read.",
      "Les valeurs sont imbriquées trop profondément.",
    ),
    expected: null,
  },
  UNEXPECTED_TOKEN: {
    message: text("Something unexpected stands here.", "Un élément inattendu se trouve ici."),
    expected: indentation,
  },
};

/** What a parser's error code means for the person who wrote the file; the file's own words are not repeated. */
export function syntaxFault(code: ErrorCode): SyntaxFault {
  return (
    words[code] ?? {
      message: text("The file is not valid YAML here.", "Le fichier n'est pas du YAML valide à cet endroit."),
      expected: null,
    }
  );
}
