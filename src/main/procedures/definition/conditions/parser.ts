import { type LocalText, text } from "../../../../shared/text.ts";
import type { Expression } from "./expression.ts";
import { ConditionFault } from "./fault.ts";
import { type Token, tokensOf } from "./lexer.ts";

const deepest = 30;

/**
 * Parses a condition:
 *
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | compare
 *     compare = operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
 *     operand = literal | name | "fact" "(" (name | text) "," text ")" | "(" or ")"
 *
 * Throws ConditionFault and nothing else; at most thirty levels deep.
 */
export function parseCondition(source: string): Expression {
  return new Parser(tokensOf(source)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#or();
    const rest = this.#peek();
    if (rest.kind === "end") return expression;
    throw unexpected(
      rest,
      text('"and", "or" or the end of the condition', "« and », « or » ou la fin de la condition"),
    );
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#peek().kind === "or") {
      const { at } = this.#take();
      left = { kind: "or", at, left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#peek().kind === "and") {
      const { at } = this.#take();
      left = { kind: "and", at, left, right: this.#not() };
    }
    return left;
  }

  #not(): Expression {
    const { kind, at } = this.#peek();
    if (kind !== "not") return this.#compare();
    this.#take();
    return { kind: "not", at, of: this.#deeper(at, () => this.#not()) };
  }

  #compare(): Expression {
    const left = this.#operand();
    const token = this.#peek();
    if (token.kind !== "comparison") return left;
    this.#take();
    return { kind: "compare", at: token.at, operator: token.operator, left, right: this.#operand() };
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === "value") {
      return { kind: "value", at: token.at, value: token.value, unit: token.unit };
    }
    if (token.kind === "(") {
      const inner = this.#deeper(token.at, () => this.#or());
      this.#expect(")");
      return inner;
    }
    if (token.kind === "name") {
      return this.#peek().kind === "(" ? this.#call(token) : { kind: "name", at: token.at, path: token.path };
    }
    throw unexpected(token, text("a name, a value or a parenthesis", "un nom, une valeur ou une parenthèse"));
  }

  #call(name: Extract<Token, { kind: "name" }>): Expression {
    const word = name.path.join(".");
    if (word !== "fact") {
      throw new ConditionFault({
        at: name.at,
        message: text("Only facts can be asked for.", "Seuls des faits peuvent être demandés."),
        expected: text('fact(RESOURCE, "KEY")', 'fact(RESSOURCE, "CLÉ")'),
        word,
        candidates: ["fact"],
      });
    }
    this.#expect("(");
    const resource = this.#take();
    if (resource.kind !== "name" && !(resource.kind === "value" && typeof resource.value === "string")) {
      throw unexpected(resource, text("the name of a resource", "le nom d'une ressource"));
    }
    this.#expect(",");
    const fact = this.#take();
    if (fact.kind !== "value" || typeof fact.value !== "string") {
      throw unexpected(fact, text("the key of a fact in quotes", "la clé d'un fait entre guillemets"));
    }
    this.#expect(")");
    return { kind: "fact", at: name.at, resource, fact: fact.value, factAt: fact.at };
  }

  #deeper(at: number, read: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw new ConditionFault({
        at,
        message: text(
          `The condition is nested more than ${deepest} deep.`,
          `La condition est imbriquée sur plus de ${deepest} niveaux.`,
        ),
      });
    }
    const expression = read();
    this.#depth -= 1;
    return expression;
  }

  #expect(kind: "(" | ")" | ","): void {
    const token = this.#take();
    if (token.kind !== kind) throw unexpected(token, text(`"${kind}"`, `« ${kind} »`));
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next += 1;
    return token;
  }
}

function unexpected(token: Token, expected: LocalText): ConditionFault {
  return new ConditionFault({
    at: token.at,
    message:
      token.kind === "end"
        ? text("The condition ends too early.", "La condition s'arrête trop tôt.")
        : text(
            "Something else is expected here in the condition.",
            "Autre chose est attendu ici dans la condition.",
          ),
    expected,
  });
}
