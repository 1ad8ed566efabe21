import { text } from "../../../../shared/text.ts";
import { factKeys } from "../known-facts.ts";
import type { Scope, ScopeType } from "../scope.ts";
import type { Expression } from "./expression.ts";
import { ConditionFault } from "./fault.ts";
import { parseCondition } from "./parser.ts";
import { typeWords } from "./type-words.ts";

type ValueType = "text" | "number" | "duration" | "boolean" | "null" | "unknown";

interface Typed {
  type: ValueType;
  /** The only texts that it can be. */
  choices?: readonly string[];
}

/**
 * Parses a condition and checks it against what may be named where it stands: that names exist, that what is compared
 * can be equal, and that the whole is true or false. Throws ConditionFault for the first thing that is wrong.
 */
export function checkCondition(source: string, scope: Scope): Expression {
  const expression = parseCondition(source);
  const { type } = typeOf(expression, scope);
  if (type !== "boolean" && type !== "unknown") {
    throw new ConditionFault({
      at: expression.at,
      message: text(
        `The condition is ${typeWords[type].en}, neither true nor false.`,
        `La condition est ${typeWords[type].fr}, ni vraie ni fausse.`,
      ),
      expected: text("a comparison", "une comparaison"),
    });
  }
  return expression;
}

function typeOf(expression: Expression, scope: Scope): Typed {
  switch (expression.kind) {
    case "value":
      if (expression.unit === "milliseconds") return { type: "duration" };
      if (expression.value === null) return { type: "null" };
      return { type: typeof expression.value === "string" ? "text" : plainType(expression.value) };
    case "name":
      return typeOfName(expression, scope);
    case "fact":
      checkFact(expression, scope);
      return { type: "unknown" };
    case "not":
      demandBoolean(expression.of, scope);
      return { type: "boolean" };
    case "and":
    case "or":
      demandBoolean(expression.left, scope);
      demandBoolean(expression.right, scope);
      return { type: "boolean" };
    case "compare":
      checkComparison(expression, scope);
      return { type: "boolean" };
  }
}

function plainType(value: number | boolean): "number" | "boolean" {
  return typeof value === "number" ? "number" : "boolean";
}

function typeOfName(expression: Extract<Expression, { kind: "name" }>, scope: Scope): Typed {
  const found = scope.find(expression.path);
  if (found.kind === "unknown") {
    throw new ConditionFault({
      at: expression.at,
      message: found.message,
      word: found.word,
      candidates: found.candidates,
    });
  }
  const { type } = found;
  if (type === "resource" || type === "resources") {
    throw new ConditionFault({
      at: expression.at,
      message: text(
        `"${expression.path.join(".")}" is ${typeWords[type].en}, which cannot be compared.`,
        `« ${expression.path.join(".")} » est ${typeWords[type].fr}, ce qui ne se compare pas.`,
      ),
      expected: text(
        'one of its facts: fact(NAME, "KEY"), or NAME.id',
        'un de ses faits : fact(NOM, "CLÉ"), ou NOM.id',
      ),
    });
  }
  return { type: type === "choice" ? "text" : type, ...(found.choices ? { choices: found.choices } : {}) };
}

function checkFact(expression: Extract<Expression, { kind: "fact" }>, scope: Scope): void {
  const { resource, fact } = expression;
  if (resource.kind === "name") {
    const found = scope.find(resource.path);
    if (found.kind === "unknown") {
      throw new ConditionFault({
        at: resource.at,
        message: found.message,
        word: found.word,
        candidates: found.candidates,
      });
    }
    if (found.type !== "resource") {
      const wrong: ScopeType = found.type;
      throw new ConditionFault({
        at: resource.at,
        message: text(
          `"${resource.path.join(".")}" is ${typeWords[wrong].en}; only a resource has facts.`,
          `« ${resource.path.join(".")} » est ${typeWords[wrong].fr} ; seule une ressource a des faits.`,
        ),
        expected: text("a variable of type resource", "une variable de type resource"),
      });
    }
  }
  if (!factKeys.includes(fact)) {
    throw new ConditionFault({
      at: expression.factAt,
      message: text(`No system reads a fact "${fact}".`, `Aucun système ne lit de fait « ${fact} ».`),
      expected: text("the key of a fact", "la clé d'un fait"),
      word: fact,
      candidates: factKeys,
    });
  }
}

function demandBoolean(expression: Expression, scope: Scope): void {
  const { type } = typeOf(expression, scope);
  if (type === "boolean" || type === "unknown") return;
  throw new ConditionFault({
    at: expression.at,
    message: text(
      `Here stands ${typeWords[type].en}, neither true nor false.`,
      `Ici se trouve ${typeWords[type].fr}, ni vrai ni faux.`,
    ),
    expected: text("a comparison", "une comparaison"),
  });
}

function checkComparison(expression: Extract<Expression, { kind: "compare" }>, scope: Scope): void {
  const left = typeOf(expression.left, scope);
  const right = typeOf(expression.right, scope);
  const ordering = expression.operator !== "==" && expression.operator !== "!=";
  for (const [side, other, where] of [
    [left, right, expression.left],
    [right, left, expression.right],
  ] as const) {
    if (ordering && side.type !== "number" && side.type !== "duration" && side.type !== "unknown") {
      throw new ConditionFault({
        at: where.at,
        message: text(
          `Only numbers and durations are less or more; here stands ${typeWords[side.type].en}.`,
          `Seuls les nombres et les durées sont ordonnés ; ici se trouve ${typeWords[side.type].fr}.`,
        ),
        expected: text("a number or a duration", "un nombre ou une durée"),
      });
    }
    if (
      other.choices &&
      where.kind === "value" &&
      typeof where.value === "string" &&
      !other.choices.includes(where.value)
    ) {
      throw new ConditionFault({
        at: where.at,
        message: text(
          `"${where.value}" is none of the words that this can be.`,
          `« ${where.value} » ne fait pas partie des mots possibles ici.`,
        ),
        expected: text(`one of ${other.choices.join(", ")}`, `au choix : ${other.choices.join(", ")}`),
        word: where.value,
        candidates: other.choices,
      });
    }
  }
  if (comparable(left.type, right.type)) return;
  throw new ConditionFault({
    at: expression.at,
    message: text(
      `Here ${typeWords[left.type].en} is compared with ${typeWords[right.type].en}.`,
      `Ici, on compare ${typeWords[left.type].fr} et ${typeWords[right.type].fr}.`,
    ),
    expected: text("two values of one type", "deux valeurs du même type"),
  });
}

function comparable(left: ValueType, right: ValueType): boolean {
  return left === right || left === "unknown" || right === "unknown" || left === "null" || right === "null";
}
