import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../world/clock.ts";
import { MachineView } from "../world/view.ts";
import { World } from "../world/world.ts";
import { runInteractive } from "./interactive.ts";
import { KeyReader, LineEditor } from "./line-editor.ts";
import { MachineShell } from "./machine-shell.ts";
import { Collector } from "./streams.ts";
import { Terminal } from "./terminal.ts";

/** A visitor at a terminal of web-1; `type` sends keys and `ended` resolves to the exit status. */
function sitDown() {
  const world = new World({ seed: 1, clock: new ManualClock() });
  const machine = new MachineShell(new MachineView(world, world.machine("web-1")), (error) => {
    throw error;
  });
  const screen = new Collector(1024 * 1024);
  const terminal = new Terminal(screen, { columns: 80, rows: 24 });
  const stop = new AbortController();
  const shell = machine.open({
    variables: new Map(),
    input: terminal,
    output: terminal.output,
    error: terminal.output,
    terminal: terminal.size,
    signal: stop.signal,
  });
  const ended = runInteractive(shell, terminal);
  const type = (keys: string) => terminal.feed(new TextEncoder().encode(keys));
  /** Lets everything that can go on go on. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { type, settle, ended, screen, terminal, world };
}

describe("a session on a terminal", () => {
  it("shows a prompt, echoes, runs and ends with the status of exit", async () => {
    const { type, settle, ended, screen } = sitDown();
    await settle();
    type("echo hi\r");
    await settle();
    type("exit 3\r");
    expect(await ended).toBe(3);
    expect(screen.text()).toBe("ops@web-1:~$ echo hi\r\nhi\r\nops@web-1:~$ exit 3\r\n");
  });

  it("edits the line and calls earlier ones back", async () => {
    const { type, settle, ended, screen } = sitDown();
    type("echo wrnog\u007f\u007f\u007fong\r");
    await settle();
    type("cho back\u0001e\u0005!\r");
    await settle();
    type("\u001b[A\u001b[A\u001b[B\r");
    await settle();
    type("xx\u0015\u0004");
    expect(await ended).toBe(0);
    const lines = screen.text().split("\r\n");
    expect(lines.filter((line) => line === "wrong")).toHaveLength(1);
    expect(lines.filter((line) => line === "back!")).toHaveLength(2);
  });

  it("ends what runs at Ctrl-C and goes on", async () => {
    const { type, settle, ended, screen } = sitDown();
    type("sleep 1000\r");
    await settle();
    type("\u0003");
    await settle();
    type("echo $?\r");
    await settle();
    type("yes\r");
    await settle();
    type("\u0003");
    await settle();
    type("partial\u0003");
    await settle();
    type("exit\r");
    await ended;
    expect(screen.text()).toContain("\r\n130\r\n");
  });

  it("asks for the rest of a command that is not whole", async () => {
    const { type, settle, ended, screen } = sitDown();
    type("for i in 1 2\rdo echo n$i\rdone\r");
    await settle();
    expect(screen.text()).toContain("n1\r\nn2\r\n");
    type("(\r)\r");
    await settle();
    type("cat\r");
    await settle();
    type("typed\r");
    await settle();
    type("\u0004exit 9\r");
    expect(await ended).toBe(9);
    expect(screen.text()).toContain("typed\r\ntyped\r\n");
    expect(screen.text()).toContain("Syntax error");
  });

  it("knows how wide the screen is", async () => {
    const { type, settle, ended, screen, terminal } = sitDown();
    terminal.resize(20, 10);
    type("ls /etc\r");
    await settle();
    const inNarrow = screen.text().split("\r\n").length;
    terminal.resize(200, 10);
    type("ls /etc\r");
    await settle();
    expect(screen.text().split("\r\n").length - inNarrow).toBeLessThan(inNarrow / 2);
    terminal.hangUp();
    await ended;
  });

  it("survives whatever is typed", async () => {
    const key = fc.constantFrom(
      "\u001b[A",
      "\u001b[B",
      "\u001b[",
      "\u001bO",
      "\u0003",
      "\t",
      "\u0001",
      "é",
      "'",
      "\u007f",
      "\u001b[3~",
      "x".repeat(90),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 30 }), async (keys) => {
        const { type, settle, ended, terminal } = sitDown();
        for (const one of keys) type(one);
        await settle();
        terminal.hangUp();
        expect(await ended).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe("KeyReader and LineEditor", () => {
  it("reads the same keys however the bytes are cut", () => {
    const piece = fc.constantFrom("\u001b[A", "\u001b[3~", "\u001bOC", "ab", "\r", "\u0003", "é");
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(5)), (pieces, cuts) => {
        const words = pieces.join("");
        const joined = (keys: ReturnType<KeyReader["read"]>) =>
          keys.map((key) => (key.kind === "text" ? key.text : `<${key.name}>`)).join("");
        const reader = new KeyReader();
        let rest = words;
        let read = "";
        for (const cut of cuts) {
          read += joined(reader.read(rest.slice(0, cut)));
          rest = rest.slice(cut);
        }
        read += joined(reader.read(rest));
        expect(read).toBe(joined(new KeyReader().read(words)));
      }),
    );
  });

  it("keeps its cursor within the line", () => {
    const names = [
      "left",
      "right",
      "home",
      "end",
      "erase",
      "delete",
      "up",
      "down",
      "cut-left",
      "cut-right",
      "cut-word",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...names), fc.constant("type"), fc.constant("take"))),
        (presses) => {
          const editor = new LineEditor();
          for (const press of presses) {
            if (press === "type") editor.insert("a b");
            else if (press === "take") editor.take(true);
            else expect(editor.press(press)).toBe(true);
            expect(editor.cursor).toBeGreaterThanOrEqual(0);
            expect(editor.cursor).toBeLessThanOrEqual(editor.line.length);
          }
        },
      ),
    );
  });
});
