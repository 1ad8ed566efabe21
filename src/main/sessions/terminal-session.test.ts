import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelState } from "../../shared/channel.ts";
import { OpsError } from "../../shared/errors.ts";
import { terminalEventSchema, terminalWindow } from "../../shared/terminal.ts";
import { text } from "../../shared/text.ts";
import { type TerminalEnd, TerminalSession } from "./terminal-session.ts";
import { FakeChannel, FakeShell } from "./testing/fakes.ts";

function setUp() {
  const shell = new FakeShell();
  const ends: TerminalEnd[] = [];
  const session = new TerminalSession(shell, (end) => ends.push(end));
  const channel = new FakeChannel();
  return { shell, ends, session, channel };
}
const chunk = (size: number) => new Uint8Array(size);

describe("TerminalSession", () => {
  it("holds the shell back until the channel is there, and loses nothing", () => {
    const { shell, session, channel } = setUp();
    expect(shell.paused).toBe(true);
    shell.say(chunk(10));
    session.attach(channel);
    expect(channel.texts).toEqual([{ type: "opened" }]);
    expect(channel.bytes).toBe(10);
  });

  it("passes input and size on", () => {
    const { shell, session, channel } = setUp();
    session.attach(channel);
    channel.command({ type: "input", data: "ls\r" });
    channel.command({ type: "resize", columns: 120, rows: 40 });
    expect(shell.written).toBe("ls\r");
    expect(shell.sizes).toEqual([[120, 40]]);
  });

  it("stops reading while more than the window is unpainted, and goes on when it is painted", () => {
    const { shell, session, channel } = setUp();
    session.attach(channel);
    shell.say(chunk(terminalWindow));
    expect(shell.paused).toBe(false);
    shell.say(chunk(1));
    expect(shell.paused).toBe(true);
    channel.command({ type: "acknowledge", bytes: 1 });
    expect(shell.paused).toBe(false);
  });

  it("stops reading while the channel's buffer is full", () => {
    const { shell, session, channel } = setUp();
    session.attach(channel);
    channel.bufferedAmount = 2 * 1024 * 1024;
    shell.say(chunk(100));
    expect(shell.paused).toBe(true);
    channel.bufferedAmount = 0;
    channel.command({ type: "acknowledge", bytes: 100 });
    expect(shell.paused).toBe(false);
  });

  it("never has more than the window and one piece under way, and always goes on in the end", () => {
    const step = fc.oneof(
      fc.record({ say: fc.integer({ min: 1, max: 65_536 }) }),
      fc.record({ paint: fc.integer({ min: 0, max: 400_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { shell, session, channel } = setUp();
        session.attach(channel);
        let said = 0;
        let painted = 0;
        const paint = (bytes: number) => {
          const visible = Math.min(bytes, channel.bytes - painted);
          painted += visible;
          channel.command({ type: "acknowledge", bytes: visible });
        };
        for (const each of steps) {
          if ("say" in each) {
            said += each.say;
            shell.say(chunk(each.say));
          } else paint(each.paint);
          expect(channel.bytes - painted).toBeLessThanOrEqual(terminalWindow + 65_536);
        }
        while (painted < said) paint(said);
        expect(channel.bytes).toBe(said);
        expect(shell.held).toBe(0);
      }),
    );
  });

  it("tells the window the exit code and closes when the shell ends", () => {
    const { shell, ends, session, channel } = setUp();
    session.attach(channel);
    channel.command({ type: "input", data: "é" });
    shell.say(chunk(5));
    shell.finish(3);
    expect(channel.texts.at(-1)).toMatchObject({ type: "ended", exitCode: 3, hint: null });
    expect(channel.closedWith).toBe(1000);
    expect(ends).toMatchObject([{ exitCode: 3, bytesIn: 2, bytesOut: 5 }]);
    channel.disappear();
    expect(ends).toHaveLength(1);
  });

  it("tells the window why a connection broke, and not what an unforeseen error held", () => {
    const lost = text("The connection was lost.", "La connexion est perdue.");
    const hint = text("Look at the network.", "Regardez le réseau.");
    const known = setUp();
    known.session.attach(known.channel);
    known.shell.finish(
      null,
      new OpsError({ code: "reach.connection-lost", system: "reach", message: lost, hint }),
    );
    expect(known.channel.texts.at(-1)).toEqual({ type: "ended", exitCode: null, reason: lost, hint });
    const unknown = setUp();
    unknown.session.attach(unknown.channel);
    unknown.shell.finish(null, new Error("secret details"));
    expect(JSON.stringify(unknown.channel.texts)).not.toContain("secret");
  });

  it("tells a window that comes late that the shell has already ended", () => {
    const { shell, ends, session, channel } = setUp();
    shell.finish(1);
    expect(ends).toEqual([]);
    session.attach(channel);
    expect(channel.texts).toMatchObject([{ type: "opened" }, { type: "ended", exitCode: 1 }]);
    expect(ends).toHaveLength(1);
  });

  it("closes the shell when the window goes away", () => {
    const { shell, ends, session, channel } = setUp();
    session.attach(channel);
    channel.disappear();
    expect(shell.closed).toBe(1);
    expect(ends).toHaveLength(1);
    shell.finish(null);
    expect(ends).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ["not JSON", "ls"],
    ["another command", JSON.stringify({ type: "kill" })],
    ["a size of nothing", JSON.stringify({ type: "resize", columns: 0, rows: 24 })],
    ["a negative acknowledgement", JSON.stringify({ type: "acknowledge", bytes: -1 })],
    ["bytes", new ArrayBuffer(4)],
    ["nothing", null],
    ["too much input", JSON.stringify({ type: "input", data: "x".repeat((1 << 20) + 1) })],
  ])("ends on %s", (_what, message) => {
    const { shell, ends, session, channel } = setUp();
    session.attach(channel);
    channel.receive(message);
    expect(shell).toMatchObject({ closed: 1, written: "" });
    expect(channel.closedWith).toBe(1002);
    expect(ends).toHaveLength(1);
  });

  it("survives a shell and a channel that throw", () => {
    const { shell, ends, session, channel } = setUp();
    session.attach(channel);
    shell.write = () => {
      throw new Error("closed");
    };
    channel.command({ type: "input", data: "x" });
    expect(ends).toHaveLength(1);
    const other = setUp();
    other.session.attach(other.channel);
    other.channel.send = () => {
      throw new Error("closing");
    };
    other.shell.say(chunk(1));
    expect(other.shell.closed).toBe(1);
    expect(other.ends).toHaveLength(1);
  });

  it("says only what its protocol names", () => {
    const { shell, session, channel } = setUp();
    session.attach(channel);
    shell.finish(0);
    for (const message of channel.texts) expect(() => terminalEventSchema.parse(message)).not.toThrow();
    expect(channel.readyState).toBe(channelState.closed);
  });
});
