import { type Document, isScalar, Lexer, LineCounter, parseDocument, type YAMLError } from "yaml";
import { type LocalText, text } from "../../shared/text.ts";
import type { FaultList, Position } from "./faults.ts";
import type { Located } from "./located.ts";
import type { SourceFile } from "./read-files.ts";
import { syntaxFault } from "./syntax-words.ts";
import { nestedTooDeep, TreeReader } from "./tree-reader.ts";

const mostTokens = 1_500_000;
const mostSyntaxFaults = 20;
// YAML 1.2, section 5.1: no control character but tab and line ends is allowed in a file.
const forbidden = /[^\P{Cc}\t\n\r\u{85}]/u;

/**
 * Parses one YAML 1.2 document into values that know their place. Null when the file is not YAML; tree faults
 * (a key twice, aliases that explode or contain themselves) leave a tree that can still be checked further.
 */
export function parseSourceFile(source: SourceFile, faults: FaultList): Located | null {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (position: Position, message: LocalText): null => {
    faults.add({ at: position, path: "", message });
    return null;
  };
  const start: Position = { file: source.file, line: 1, column: 1 };
  const control = forbidden.exec(source.source);
  if (control) {
    const before = source.source.slice(0, control.index).split("\n");
    return refuse(
      { file: source.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      text("A control character is not allowed here.", "Un caractère de contrôle est interdit ici."),
    );
  }
  if (hasTooManyTokens(source.source)) {
    return refuse(start, text("The file holds too many values.", "Le fichier contient trop de valeurs."));
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(source.source, {
      lineCounter: lines,
      prettyErrors: false,
      // Comparing all keys with each other takes minutes in a large map; the reading below does it in one pass.
      uniqueKeys: false,
      stringKeys: true,
      schema: "core",
      resolveKnownTags: false,
      logLevel: "error",
    });
  } catch {
    return refuse(start, nestedTooDeep());
  }
  const errors = distinct([...document.errors, ...document.warnings]);
  for (const error of errors) {
    faults.add({ at: at(error.pos[0]), path: "", ...syntaxFault(error.code) });
  }
  if (errors.length > 0) return null;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return refuse(start, text("The file is empty.", "Le fichier est vide."));
  }
  return new TreeReader(at, faults).read(document.contents, [], 0);
}

/** One fault a line and kind: a single slip makes the parser stumble several times. */
function distinct(errors: YAMLError[]): YAMLError[] {
  const seen = new Set<string>();
  const tabs = errors.filter((error) => error.code === "TAB_AS_INDENT");
  return (tabs.length > 0 ? tabs : errors)
    .filter((error) => {
      const key = `${error.code}@${error.pos[0]}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .slice(0, mostSyntaxFaults);
}

function hasTooManyTokens(source: string): boolean {
  let tokens = 0;
  for (const _ of new Lexer().lex(source)) {
    tokens++;
    if (tokens > mostTokens) return true;
  }
  return false;
}
