/** The tree that a script becomes (POSIX.1-2024, Shell Command Language, 2.10). */
export type Part =
  | { kind: "literal"; text: string; quoted: boolean }
  | {
      kind: "parameter";
      name: string;
      operator: ParameterOperator | null;
      word: Word | null;
      quoted: boolean;
    }
  | { kind: "command"; body: List; quoted: boolean }
  | { kind: "arithmetic"; expression: Word; quoted: boolean };

/** `length` is `${#x}`; the others are written as they stand between the braces. */
export type ParameterOperator =
  | "length"
  | "-"
  | ":-"
  | "="
  | ":="
  | "?"
  | ":?"
  | "+"
  | ":+"
  | "%"
  | "%%"
  | "#"
  | "##";

export interface Word {
  parts: Part[];
}

export interface Redirection {
  descriptor: number | null;
  operator: "<" | ">" | ">>" | ">|" | "<&" | ">&" | "<>" | "<<";
  /** The file or descriptor; for `<<` the body of the here-document. */
  target: Word;
}

interface Assignment {
  name: string;
  value: Word;
}

export type Command =
  | { kind: "simple"; assignments: Assignment[]; words: Word[]; redirections: Redirection[] }
  | { kind: "group" | "subshell"; body: List; redirections: Redirection[] }
  | {
      kind: "if";
      branches: { condition: List; body: List }[];
      otherwise: List | null;
      redirections: Redirection[];
    }
  | { kind: "for"; name: string; words: Word[] | null; body: List; redirections: Redirection[] }
  | { kind: "while"; until: boolean; condition: List; body: List; redirections: Redirection[] }
  | {
      kind: "case";
      subject: Word;
      items: { patterns: Word[]; body: List }[];
      redirections: Redirection[];
    }
  | { kind: "function"; name: string; body: Command; redirections: Redirection[] };

export interface Pipeline {
  negated: boolean;
  commands: Command[];
}

export interface AndOr {
  first: Pipeline;
  rest: { operator: "&&" | "||"; pipeline: Pipeline }[];
}

export type List = { andOr: AndOr; background: boolean }[];

/** Words that do not make a script; `incomplete` when more lines could still make one. */
export class ShellSyntaxError extends Error {
  readonly incomplete: boolean;

  constructor(message: string, incomplete: boolean) {
    super(message);
    this.incomplete = incomplete;
  }
}
