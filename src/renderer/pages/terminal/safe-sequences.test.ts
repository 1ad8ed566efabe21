// @vitest-environment jsdom
import { Terminal } from "@xterm/xterm";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { swallowUnsafeSequences } from "./safe-sequences.ts";

const esc = "\u001b";
const bel = "\u0007";
const st = `${esc}\\`;

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.dispose();
});

/** A terminal that notes whatever reaches beyond its screen. */
function watched(safe = true) {
  const terminal = new Terminal({ cols: 40, rows: 5, allowProposedApi: true });
  open.push(terminal);
  const reached: string[] = [];
  terminal.onData((words) => reached.push(`answer ${words}`));
  terminal.onBinary((words) => reached.push(`answer ${words}`));
  terminal.onTitleChange((title) => reached.push(`title ${title}`));
  if (safe) swallowUnsafeSequences(terminal.parser);
  const write = (words: string) => new Promise<void>((resolve) => terminal.write(words, resolve));
  const line = () => terminal.buffer.active.getLine(0)?.translateToString(true) ?? "";
  return { terminal, reached, write, line };
}

const harmful = {
  "window title": `${esc}]0;owned${bel}`,
  "icon title": `${esc}]1;owned${st}`,
  "title alone": `${esc}]2;owned${bel}`,
  "clipboard write": `${esc}]52;c;cm0gLXJmIC8=${bel}`,
  "clipboard read": `${esc}]52;c;?${bel}`,
  "palette query": `${esc}]4;1;?${bel}`,
  "foreground query": `${esc}]10;?${bel}`,
  "background query": `${esc}]11;?${st}`,
  "device attributes": `${esc}[c`,
  "secondary attributes": `${esc}[>c`,
  "status report": `${esc}[5n`,
  "cursor report": `${esc}[6n`,
  "extended cursor report": `${esc}[?6n`,
  "mode request": `${esc}[4$p`,
  "private mode request": `${esc}[?25$p`,
  "setting request": `${esc}P$qm${st}`,
  "title report": `${esc}[21t`,
  "size report": `${esc}[18t`,
  "version request": `${esc}[>q`,
  identify: `${esc}Z`,
};

describe("a terminal's screen", () => {
  it.each(Object.entries(harmful))("swallows a %s and goes on", async (_name, sequence) => {
    const { reached, write, line } = watched();
    await write(`before ${sequence}after`);
    expect(reached).toEqual([]);
    expect(line()).toBe("before after");
  });

  it("would be reached without it, so that these tests can fail", async () => {
    const { reached, write } = watched(false);
    await write(Object.values(harmful).join(""));
    expect(reached.some((words) => words.startsWith("title owned"))).toBe(true);
    expect(reached.filter((words) => words.startsWith("answer")).length).toBeGreaterThan(4);
  });

  it("swallows one that is cut into pieces, and one that never ends", async () => {
    const { reached, write, line } = watched();
    await write(`${esc}]5`);
    await write("2;c;cm0g");
    await write(`LXJm${bel}ok`);
    expect(line()).toBe("ok");
    await write(`${esc}]0;${"x".repeat(200_000)}`);
    expect(reached).toEqual([]);
  });

  it("makes no links of what is printed", async () => {
    const { terminal, write, line } = watched();
    await write(`${esc}]8;;https://evil.example${st}click${esc}]8;;${st}`);
    expect(line()).toBe("click");
    expect(terminal.element?.querySelector("a")).toBeFalsy();
  });

  it("answers nothing, whatever is printed", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        esc,
        "[",
        "]",
        "P",
        "?",
        ">",
        "$",
        ";",
        "0",
        "5",
        "6",
        "n",
        "c",
        "p",
        "q",
        "t",
        bel,
        st,
        "x",
      ),
      fc.constantFrom(...Object.values(harmful)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), async (parts) => {
        const { terminal, reached, write } = watched();
        await write(parts.join(""));
        expect(reached).toEqual([]);
        terminal.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("still draws colours, moves and clears", async () => {
    const { write, line } = watched();
    await write(`${esc}[31mred${esc}[0m${esc}[2Gx${esc}[Kend`);
    expect(line()).toBe("rxend");
  });
});
