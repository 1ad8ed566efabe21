import { FileError } from "../files/node.ts";
import { ArithmeticError } from "./arithmetic.ts";
import { ForkError } from "./control-flow.ts";
import { RedirectionError } from "./descriptors.ts";
import { ExpansionError } from "./expansion.ts";
import { VariableError } from "./shell-state.ts";
import { ShellSyntaxError } from "./syntax.ts";

/** The words for a failure of a visitor's script; null when it is none. */
export function reasonInWords(error: unknown): string | null {
  if (error instanceof ForkError) return "Cannot fork: too many processes";
  if (error instanceof FileError) return `cannot open ${error.path}: ${error.message}`;
  if (
    error instanceof RedirectionError ||
    error instanceof ExpansionError ||
    error instanceof ArithmeticError ||
    error instanceof VariableError ||
    error instanceof ShellSyntaxError
  ) {
    return error.message;
  }
  return null;
}
