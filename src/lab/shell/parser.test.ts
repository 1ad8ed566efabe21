import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseScript } from "./parser.ts";
import { ShellSyntaxError } from "./syntax.ts";

function faultOf(source: string): ShellSyntaxError | null {
  try {
    parseScript(source);
    return null;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return error;
    throw error;
  }
}

describe("parseScript", () => {
  it.each([
    "if true; then echo; fi",
    "for x in a b; do echo $x; done",
    "for x do echo; done",
    "case a in (a|b) echo;; *) esac",
    "f() { echo; }; f",
    "while read -r line; do :; done < /etc/passwd",
    "cat <<E; echo\nbody $x\nE\n",
    "a=$(echo `echo $((1+(2*3)))`) b= c",
    "! true && { false || true; } &",
    `echo "$${"{x:-"}$(echo ")")}" '}' # } done`,
    "echo done then if",
    "cat <<-'E' | tr a b\n\tx\n\tE\n",
    "2>&1 >/dev/null echo",
  ])("takes %j", (source) => {
    expect(faultOf(source)).toBeNull();
  });

  it.each([
    "if true",
    "while true; do",
    "echo 'x",
    'echo "x',
    "echo $(ls",
    "echo ${x",
    "cat <<E\nbody",
    "echo a |",
    "true &&",
    "f() {",
    "case x in",
    "echo `x",
    "echo $((1",
  ])("asks for more after %j", (source) => {
    expect(faultOf(source)?.incomplete).toBe(true);
  });

  it.each([
    "if then fi",
    "done",
    ")",
    "echo a;; b",
    "for 1x in a; do :; done",
    "| a",
    "{ echo; ) }",
    "f( { :; }",
  ])("refuses %j", (source) => {
    expect(faultOf(source)?.incomplete).toBe(false);
  });

  it("neither hangs nor falls over, whatever it is given", () => {
    const piece = fc.constantFrom(
      ...["$(", ")", "${", "}", "`", '"', "'", "\\", "<<E", "\n", "E\n", "if ", "then ", "fi", "do ", "done"],
      ...[
        "case ",
        " in ",
        "esac",
        ";;",
        "|",
        "&&",
        "&",
        ";",
        "$((",
        "))",
        "#",
        " ",
        "a",
        "x=",
        ">",
        "2>&1",
        "\u00a0",
        "{ ",
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 40 }).map((all) => all.join("")),
          fc.string(),
        ),
        (source) => {
          faultOf(source);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("refuses what is nested beyond reason instead of running out of stack", () => {
    expect(faultOf("$(".repeat(50_000))).not.toBeNull();
    expect(faultOf("(".repeat(50_000))).not.toBeNull();
    expect(faultOf("${a:-".repeat(50_000))).not.toBeNull();
    expect(faultOf("if ".repeat(50_000))).not.toBeNull();
  });
});
