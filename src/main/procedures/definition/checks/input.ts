import type { Step } from "../../../../shared/procedure.ts";
import { text } from "../../../../shared/text.ts";
import { toJsonSchema } from "../../../estate/json-schema.ts";
import { addSchemaFaults } from "../../../estate/schema-faults.ts";
import type { KnownAction } from "../catalogue.ts";
import { piecesOf, textsIn, wholePlaceholder } from "../placeholders.ts";
import type { Scope } from "../scope.ts";
import type { Path, Report } from "./report.ts";
import { checkWords } from "./words.ts";

type Json = NonNullable<Step["input"]>[string];

/**
 * Checks an action's input against the action's own schema. Where a placeholder stands, a value of its type is put for
 * the check, and only a wrong type is reported: the value itself is checked when the plan is made.
 */
export function checkInput(
  input: Step["input"],
  action: KnownAction | null,
  path: Path,
  scope: Scope,
  report: Report,
): void {
  checkWords(input ?? {}, path, scope, report);
  if (!action) return;
  const checked = action.input.safeParse(sample(input ?? {}, scope));
  if (checked.success) return;
  const filled = new Set(
    [...textsIn(input ?? {})].filter(isFilledLater).map((found) => found.path.join("\0")),
  );
  const issues = checked.error.issues.filter(
    (issue) => issue.code === "invalid_type" || !filled.has(issue.path.join("\0")),
  );
  addSchemaFaults(issues, {
    tree: report.tree,
    prefix: path,
    schema: toJsonSchema(action.input),
    faults: report.faults,
  });
}

function isFilledLater({ words }: { words: string }): boolean {
  const taken = piecesOf(words);
  return taken.ok && taken.pieces.some((piece) => piece.kind === "placeholder");
}

function sample(value: Json, scope: Scope): Json {
  if (typeof value === "string") return sampleWords(value, scope);
  if (Array.isArray(value)) return value.map((item) => sample(item, scope));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sample(member, scope)]));
}

function sampleWords(words: string, scope: Scope): Json {
  const name = wholePlaceholder(words);
  if (!name) return words;
  const found = scope.find(name);
  if (found.kind === "unknown") return words;
  if (found.type === "number" || found.type === "duration") return 1;
  if (found.type === "boolean") return true;
  return found.choices?.[0] ?? words;
}

/** An action's identifier that no system of the estate has. */
export function unknownAction(id: string, known: Iterable<string>) {
  return {
    message: text(
      `No system of this estate has an action "${id}".`,
      `Aucun système de ce parc n'a d'action « ${id} ».`,
    ),
    expected: text("the identifier of an action", "l'identifiant d'une action"),
    word: id,
    candidates: [...known],
  };
}
