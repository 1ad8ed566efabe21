import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Condition, comparisons } from "../../../../shared/condition.ts";
import type { FactValue } from "../../../../shared/resource.ts";
import { type Named, Scope } from "../scope.ts";
import { checkCondition } from "./check.ts";
import { constantValue } from "./constant.ts";
import { evaluateCondition } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { ConditionFault } from "./fault.ts";
import { parseCondition } from "./parser.ts";

const names: [string, Named][] = [
  ["go", { type: "boolean" }],
  ["amount", { type: "number" }],
  ["rest", { type: "duration" }],
  ["level", { type: "choice", choices: [{ value: "low" }, { value: "high" }] }],
  ["words", { type: "text" }],
  ["host", { type: "resource" }],
  ["hosts", { type: "resources" }],
];
const scope = new Scope(new Map(names), () => new Set(["check"]), new Set(["check", "later"]));

function faultOf(source: string): string {
  try {
    checkCondition(source, scope);
  } catch (thrown) {
    if (!(thrown instanceof ConditionFault)) throw thrown;
    const { at, message, expected, word } = thrown.parts;
    return `${at} ${message.en}${expected ? ` (${expected.en})` : ""}${word === undefined ? "" : ` [${word}]`}`;
  }
  return "";
}

describe("the parser", () => {
  test("binds not before and, and before or, as parentheses show", () => {
    const shape = (source: string) =>
      JSON.stringify(parseCondition(source), (key, value) => (key === "at" ? undefined : value));
    expect(shape("not go or go and amount > 1")).toBe(shape("(not go) or (go and (amount > 1))"));
    expect(shape("go or go and go")).toBe(shape("go or (go and go)"));
    expect(shape("not go == true")).toBe(shape("not (go == true)"));
    expect(shape("go\n  or\tgo")).toBe(shape("go or go"));
  });

  test.each([
    ["", "0 The condition ends too early. (a name, a value or a parenthesis)"],
    ["go and", "6 The condition ends too early. (a name, a value or a parenthesis)"],
    ["(go", '3 The condition ends too early. (")")'],
    [
      "go go",
      '3 Something else is expected here in the condition. ("and", "or" or the end of the condition)',
    ],
    [
      "amount < 1 < 2",
      '11 Something else is expected here in the condition. ("and", "or" or the end of the condition)',
    ],
    ["go = true", '3 This character has no meaning in a condition. ("==")'],
    ["go && go", '3 This character has no meaning in a condition. ("and")'],
    ['words == "a', "9 The text that begins here has no closing quote."],
    ["$" + "{go}", "0 A condition names variables without dollar sign and braces."],
    ["count(hosts) > 1", '0 Only facts can be asked for. (fact(RESOURCE, "KEY")) [count]'],
    ["fact(host)", '9 Something else is expected here in the condition. (",")'],
    [
      "fact(host, health)",
      "11 Something else is expected here in the condition. (the key of a fact in quotes)",
    ],
    [`${"(".repeat(40)}go${")".repeat(40)}`, "30 The condition is nested more than 30 deep."],
    [`${"not ".repeat(40)}go`, "120 The condition is nested more than 30 deep."],
    ["go or ".repeat(300), "1000 The condition is longer than 1000 characters."],
  ])("says what is wrong with %j, and where", (source, expected) => {
    expect(faultOf(source)).toBe(expected);
  });

  test("never throws anything but its own fault, whatever it is given", () => {
    const word = fc.constantFrom(
      ..."and or not ( ) , == != < <= > >= true false null 15m 1.5 -2 go host.name steps.check.outcome fact \"x\" 'y' ${ = ! é".split(
        " ",
      ),
    );
    const source = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(word, { maxLength: 25 }).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(source, (words) => {
        try {
          const { value } = evaluateCondition(withValues(parseCondition(words)), nothing);
          expect([true, false, null]).toContain(value);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConditionFault);
          expect((thrown as ConditionFault).parts.at).toBeLessThanOrEqual(words.length);
        }
      }),
      { numRuns: 600 },
    );
  });

  test("reads what it writes", () => {
    fc.assert(
      fc.property(condition, (given) => {
        const read = withValues(parseCondition(written(given)));
        expect(read).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the check", () => {
  test.each([
    "go",
    "not go and amount >= 2.5",
    "rest < 15m",
    'level == "high"',
    'host.name == "x" or host.id != words',
    'fact(host, "disk.fullest") > 90',
    'fact("tower-a", "health") == "ok"',
    'fact(host, "reboot.needed")',
    'steps.check.outcome == "skipped"',
    'fact(host, "os.name") == null',
  ])("takes %s", (source) => expect(faultOf(source)).toBe(""));

  test.each([
    ["amount", "0 The condition is a number, neither true nor false. (a comparison)"],
    ["go and words", "7 Here stands text, neither true nor false. (a comparison)"],
    ["amuont > 1", '0 No variable is called "amuont". [amuont]'],
    ['amount == "1"', "7 Here a number is compared with text. (two values of one type)"],
    ["rest > 15", "5 Here a duration is compared with a number. (two values of one type)"],
    [
      "words < 3",
      "0 Only numbers and durations are less or more; here stands text. (a number or a duration)",
    ],
    ['level == "hihg"', '9 "hihg" is none of the words that this can be. (one of low, high) [hihg]'],
    [
      "host == hosts",
      '0 "host" is a resource, which cannot be compared. (one of its facts: fact(NAME, "KEY"), or NAME.id)',
    ],
    [
      'fact(hosts, "health") == "ok"',
      '5 "hosts" is a list of resources; only a resource has facts. (a variable of type resource)',
    ],
    ['fact(host, "healht") == "ok"', '11 No system reads a fact "healht". (the key of a fact) [healht]'],
    ['host.nmae == "x"', '0 "host" has no part "nmae". [nmae]'],
    [
      'steps.later.outcome == "skipped"',
      '0 The step "later" is not sure to have ended before this one. [later]',
    ],
    ['steps.chek.outcome == "skipped"', '0 There is no step "chek" before this one. [chek]'],
    ["steps.check.state == 1", "0 Of a step only its outcome is known: steps.check.outcome. [state]"],
    [
      'steps.check.outcome == "failed"',
      '23 "failed" is none of the words that this can be. (one of verified, skipped) [failed]',
    ],
  ])("refuses %s", (source, expected) => expect(faultOf(source)).toBe(expected));
});

describe("the judgement", () => {
  const facts: Record<string, FactValue> = { yes: true, some: 5, word: "on", none: null, list: ["a", "b"] };
  const sources = {
    fact: (_: string, key: string) => facts[key],
    outcome: (node: string) => (node === "check" ? "skipped" : undefined),
  };
  const judge = (source: string) => evaluateCondition(withValues(parseCondition(source)), sources);

  test.each<[string, boolean | null]>([
    ['fact(x, "yes")', true],
    ['fact(x, "some") > 4 and fact(x, "word") == "on"', true],
    ['fact(x, "list") == "a, b"', true],
    ['fact(x, "gone") == "on"', null],
    ['not fact(x, "gone")', null],
    ['fact(x, "gone") != "on"', null],
    ['fact(x, "gone") == null', null],
    ['fact(x, "none") == null', true],
    ['fact(x, "none") != null', false],
    ['fact(x, "none") != "on"', null],
    ['fact(x, "gone") or true', true],
    ['true or fact(x, "gone")', true],
    ['fact(x, "gone") and false', false],
    ['fact(x, "word") > 3', null],
    ['fact(x, "word") == 3', false],
    ['steps.check.outcome == "skipped"', true],
    ['steps.other.outcome == "skipped"', null],
  ])("of %s is %s", (source, expected) => expect(judge(source).value).toBe(expected));

  test("what is not known is named, so that a person can see why nothing goes on", () => {
    expect(judge('fact(x, "gone") == 1 or steps.other.outcome == "skipped"').unknown).toEqual([
      { kind: "fact", resource: "x", fact: "gone" },
      { kind: "outcome", node: "other" },
    ]);
    expect(judge('fact(x, "gone") == 1 or true').unknown).toEqual([]);
  });

  test("what is learnt later never turns true into false or false into true", () => {
    const late = fc.dictionary(
      fc.constantFrom("a", "b"),
      fc.constantFrom<FactValue>(true, false, 1, 2, "x", null),
    );
    fc.assert(
      fc.property(condition, late, late, (given, early, more) => {
        const at = (known: Record<string, FactValue>) => ({
          fact: (_: string, key: string) => known[key],
          outcome: () => undefined,
        });
        const before = evaluateCondition(given, at(early)).value;
        if (before !== null) expect(evaluateCondition(given, at({ ...more, ...early })).value).toBe(before);
      }),
      { numRuns: 400 },
    );
  });

  test("a constant is one whatever is found out", () => {
    expect(constantValue(parseCondition("1 > 2"))).toBe(false);
    expect(constantValue(parseCondition("go and false"))).toBe(false);
    expect(constantValue(parseCondition("go or true"))).toBe(true);
    expect(constantValue(parseCondition("go and true"))).toBe(null);
    expect(constantValue(parseCondition('fact(host, "health") == "ok"'))).toBe(null);
  });
});

const nothing = { fact: () => undefined, outcome: () => undefined };

/** The condition that an expression is when names of resources stand for themselves. */
function withValues(expression: Expression): Condition {
  switch (expression.kind) {
    case "value":
      return { kind: "value", value: expression.value };
    case "name":
      return { kind: "outcome", node: expression.path[1] ?? "" };
    case "fact": {
      const { resource, fact } = expression;
      const id =
        resource.kind === "name"
          ? resource.path.join(".")
          : resource.kind === "value"
            ? String(resource.value)
            : "";
      return { kind: "fact", resource: id, fact };
    }
    case "not":
      return { kind: "not", of: withValues(expression.of) };
    case "and":
    case "or":
      return {
        kind: expression.kind,
        left: withValues(expression.left),
        right: withValues(expression.right),
      };
    case "compare":
      return {
        kind: "compare",
        operator: expression.operator,
        left: withValues(expression.left),
        right: withValues(expression.right),
      };
  }
}

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant("value" as const),
    value: fc.oneof(
      fc.boolean(),
      fc.constant(null),
      fc.integer({ min: -99, max: 99 }),
      fc.string({ maxLength: 8 }).filter((words) => !/[\r\n]/.test(words)),
    ),
  }),
  fc.record({
    kind: fc.constant("fact" as const),
    resource: fc.constantFrom("host", "tower-a"),
    fact: fc.constantFrom("a", "b"),
  }),
  fc.record({ kind: fc.constant("outcome" as const), node: fc.constantFrom("check", "later") }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ whole: Condition; compare: Condition }>((tie) => ({
  compare: fc.record({
    kind: fc.constant("compare" as const),
    operator: fc.constantFrom(...comparisons),
    left: leaf,
    right: leaf,
  }),
  whole: fc.oneof(
    { maxDepth: 4 },
    tie("compare"),
    fc.record({ kind: fc.constant("not" as const), of: tie("whole") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("whole"),
      right: tie("whole"),
    }),
  ),
})).whole;

/** A condition in words, with a parenthesis around everything. */
function written(given: Condition): string {
  switch (given.kind) {
    case "value":
      return typeof given.value === "string"
        ? `"${given.value.replace(/["\\]/g, "\\$&")}"`
        : String(given.value);
    case "fact":
      return `fact(${given.resource}, "${given.fact}")`;
    case "outcome":
      return `steps.${given.node}.outcome`;
    case "compare":
      return `${written(given.left)} ${given.operator} ${written(given.right)}`;
    case "not":
      return `(not ${written(given.of)})`;
    default:
      return `(${written(given.left)} ${given.kind} ${written(given.right)})`;
  }
}
