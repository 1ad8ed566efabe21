// @vitest-environment jsdom

import { ORPCError } from "@orpc/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { terminalCommandSchema } from "../../../shared/terminal.ts";
import { MemoryChannel } from "../../testing/memory-channel.ts";
import { ShellScreen } from "./session.ts";

// Made anew: what the encoder gives belongs to another realm than the page.
const bytes = (words: string) => Uint8Array.from(new TextEncoder().encode(words));
const ended = (exitCode: number | null) =>
  JSON.stringify({
    type: "ended",
    exitCode,
    reason: { en: "The shell has ended.", fr: "Le shell s'est terminé." },
    hint: { en: "Open it again.", fr: "Ouvrez-le à nouveau." },
  });

let screen: ShellScreen;
let far: MemoryChannel;
let near: MemoryChannel;
let request: ReturnType<
  typeof vi.fn<(size: { columns: number; rows: number }, signal: AbortSignal) => Promise<string>>
>;

/** What the screen told the far side, in order. */
function told() {
  return near.sent.map((message) => terminalCommandSchema.parse(JSON.parse(String(message))));
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

async function connected(): Promise<void> {
  await screen.connect();
  near.open();
  far.send(JSON.stringify({ type: "opened" }));
  await settle();
}

beforeAll(() => {
  window.matchMedia ??= () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
});
beforeEach(() => {
  [near, far] = MemoryChannel.pair();
  request = vi.fn(async () => "session/token");
  screen = new ShellScreen({ request, open: () => near });
});
afterEach(() => screen.dispose());

describe("a shell's screen", () => {
  it("asks for a shell of its size, and says its size again once it is open", async () => {
    await connected();
    expect(request.mock.calls[0]?.[0]).toEqual({ columns: 80, rows: 24 });
    expect(screen.read()).toEqual({ phase: "live" });
    expect(told()).toEqual([{ type: "resize", columns: 80, rows: 24 }]);
  });

  it("acknowledges bytes once it has taken them, and only then", async () => {
    await connected();
    far.send(bytes("hello\r\n"));
    far.send(bytes("é".repeat(1000)));
    await settle();
    const acknowledged = told().flatMap((command) => (command.type === "acknowledge" ? command.bytes : []));
    expect(acknowledged.reduce((sum, count) => sum + count, 0)).toBe(2007);
    expect(screen.terminal.buffer.active.getLine(0)?.translateToString(true)).toBe("hello");
  });

  it("hands on what is typed and every new size", async () => {
    await connected();
    screen.terminal.input("ls\r");
    screen.terminal.resize(100, 30);
    expect(told().slice(1)).toEqual([
      { type: "input", data: "ls\r" },
      { type: "resize", columns: 100, rows: 30 },
    ]);
  });

  it("cuts a huge paste into pieces that the protocol allows", async () => {
    await connected();
    const words = "x".repeat(3 * 1024 * 1024);
    screen.terminal.input(words);
    const typed = told().flatMap((command) => (command.type === "input" ? command.data : []));
    expect(typed.join("")).toBe(words);
  });

  it("types nothing into a shell that is not open", async () => {
    screen.terminal.input("rm -rf /\r");
    await screen.connect();
    near.open();
    screen.terminal.input("too early");
    expect(near.sent).toEqual([]);
  });

  it("says why the shell ended, and opens a new one on request", async () => {
    await connected();
    far.send(ended(130));
    far.send(bytes("last words"));
    await settle();
    near.close();
    expect(screen.read()).toMatchObject({
      phase: "ended",
      exitCode: 130,
      reason: { en: "The shell has ended." },
      hint: { en: "Open it again." },
    });
    [near, far] = MemoryChannel.pair();
    await connected();
    expect(screen.read()).toEqual({ phase: "live" });
    expect(request).toHaveBeenCalledTimes(2);
  });

  it("knows a lost connection from an end that was told", async () => {
    await connected();
    near.close(1006);
    expect(screen.read()).toMatchObject({ phase: "ended", exitCode: null, error: null });
    expect(screen.read()).toHaveProperty("reason.en", expect.stringContaining("lost"));
  });

  it("shows main's refusal with its hint", async () => {
    const wire = {
      code: "reach.host-key-unknown",
      system: "reach",
      message: { en: "Unknown key.", fr: "Clé inconnue." },
      hint: { en: "Answer.", fr: "Répondez." },
    };
    request.mockRejectedValueOnce(new ORPCError("OPS", { data: wire }));
    await screen.connect();
    expect(screen.read()).toMatchObject({ phase: "ended", error: wire });
  });

  it("opens one shell only, however often it is asked", async () => {
    await Promise.all([screen.connect(), screen.connect()]);
    expect(request).toHaveBeenCalledOnce();
  });

  it("drops a shell that was closed while it was being opened", async () => {
    let grant: (channel: string) => void = () => {};
    request.mockImplementationOnce(() => new Promise((resolve) => (grant = resolve)));
    const connecting = screen.connect();
    screen.disconnect();
    expect(request.mock.calls[0]?.[1].aborted).toBe(true);
    grant("session/late");
    await connecting;
    expect(screen.read()).toMatchObject({ phase: "ended", error: null });
    expect(near.readyState).toBe(0);
  });

  it("ignores garbage on the channel", async () => {
    await connected();
    for (const garbage of ["", "{", "null", '{"type":"opened"', '{"type":"own"}', '{"type":"ended"}'])
      far.send(garbage);
    await settle();
    expect(screen.read()).toEqual({ phase: "live" });
  });

  it("closes the channel when the person closes the shell", async () => {
    await connected();
    screen.disconnect();
    expect(far.readyState).toBe(3);
    expect(screen.read()).toMatchObject({ phase: "ended", reason: null });
  });
});
