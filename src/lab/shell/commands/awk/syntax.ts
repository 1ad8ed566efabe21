/** The tree of an awk program (POSIX.1-2024, awk), as far as the lab's awk goes. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "string"; value: string }
  | { kind: "expression"; value: RegExp }
  | { kind: "variable"; name: string }
  | { kind: "field"; index: Expression }
  | { kind: "element"; name: string; index: Expression }
  | { kind: "in"; name: string; index: Expression }
  | { kind: "assign"; target: Target; operator: string; value: Expression }
  | { kind: "step"; target: Target; by: 1 | -1; prefix: boolean }
  | { kind: "unary"; operator: "!" | "-" | "+"; value: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "match"; negated: boolean; left: Expression; right: Expression }
  | { kind: "conditional"; condition: Expression; yes: Expression; no: Expression }
  | { kind: "call"; name: string; values: Expression[] };

export type Target = Extract<Expression, { kind: "variable" | "field" | "element" }>;

export type Statement =
  | { kind: "expression"; value: Expression }
  | { kind: "print" | "printf"; values: Expression[] }
  | { kind: "if"; condition: Expression; yes: Statement; no: Statement | null }
  | { kind: "while"; condition: Expression; body: Statement; step: Statement | null }
  | { kind: "forIn"; variable: string; name: string; body: Statement }
  | { kind: "block"; body: Statement[] }
  | { kind: "next" | "break" | "continue" }
  | { kind: "exit"; value: Expression | null }
  | { kind: "delete"; name: string; index: Expression | null };

export interface Rule {
  when: "BEGIN" | "END" | { from: Expression | null; to: Expression | null };
  body: Statement | null;
}
