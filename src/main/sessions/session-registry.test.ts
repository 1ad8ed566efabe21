import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { channelState } from "../../shared/channel.ts";
import { SessionRegistry } from "./session-registry.ts";
import { FakeChannel, FakeScreen, FakeShell } from "./testing/fakes.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function offer(registry: SessionRegistry) {
  const shell = new FakeShell();
  const onEnded = vi.fn();
  const name = registry.offerTerminal(shell, onEnded);
  return { shell, onEnded, name, token: name.replace("session/", "") };
}

describe("SessionRegistry", () => {
  it("gives a session its channel once", () => {
    const registry = new SessionRegistry();
    const { name, token, shell } = offer(registry);
    expect(name).toMatch(/^session\/[A-Za-z0-9_-]{22}$/);
    const channel = new FakeChannel();
    expect(registry.open(token, channel)).toBe(true);
    expect(channel.texts).toEqual([{ type: "opened" }]);
    const second = new FakeChannel();
    expect(registry.open(token, second)).toBe(false);
    expect(second.texts).toEqual([]);
    expect(shell.closed).toBe(0);
    registry.close();
  });

  it("names what is open on resources, and ends it for a reason", () => {
    const registry = new SessionRegistry();
    offer(registry);
    const shell = new FakeShell();
    const name = registry.offerTerminal(shell, vi.fn(), { resource: "tower-a", system: "ssh" });
    const channel = new FakeChannel();
    registry.open(name.replace("session/", ""), channel);
    const [only, ...others] = registry.onResources();
    expect([only?.place, others]).toEqual([{ resource: "tower-a", system: "ssh" }, []]);
    const reason = { en: "Outside.", fr: "Dehors." };
    only?.end(reason);
    expect(channel.texts.at(-1)).toMatchObject({ type: "ended", reason });
    expect([shell.closed, registry.onResources()]).toEqual([1, []]);
    registry.close();
  });

  it("refuses unknown tokens and closed channels", () => {
    const registry = new SessionRegistry();
    const { token } = offer(registry);
    expect(registry.open("A".repeat(22), new FakeChannel())).toBe(false);
    expect(registry.open("", new FakeChannel())).toBe(false);
    expect(registry.open(token, new FakeChannel(channelState.closed))).toBe(false);
    expect(registry.open(token, new FakeChannel())).toBe(true);
    registry.close();
  });

  it("closes a shell for which nobody came in thirty seconds", () => {
    const registry = new SessionRegistry();
    const { token, shell, onEnded } = offer(registry);
    vi.advanceTimersByTime(29_999);
    expect(shell.closed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(shell.closed).toBe(1);
    expect(onEnded).toHaveBeenCalledTimes(1);
    expect(registry.open(token, new FakeChannel())).toBe(false);
    expect(registry.size).toBe(0);
  });

  it("lets an opened session live on", () => {
    const registry = new SessionRegistry();
    const { token, shell } = offer(registry);
    registry.open(token, new FakeChannel());
    vi.advanceTimersByTime(3_600_000);
    expect(shell.closed).toBe(0);
    registry.close();
  });

  it("waits for a channel that is still being opened, and ends with one that never is", () => {
    const registry = new SessionRegistry();
    const first = offer(registry);
    const slow = new FakeChannel(channelState.connecting);
    expect(registry.open(first.token, slow)).toBe(true);
    expect(slow.texts).toEqual([]);
    slow.open();
    expect(slow.texts).toEqual([{ type: "opened" }]);
    const second = offer(registry);
    const gone = new FakeChannel(channelState.connecting);
    registry.open(second.token, gone);
    gone.disappear();
    expect(second.shell.closed).toBe(1);
    registry.close();
  });

  it("forgets sessions that have ended", () => {
    const registry = new SessionRegistry();
    const { token, shell, onEnded } = offer(registry);
    registry.open(token, new FakeChannel());
    shell.finish(0);
    expect(registry.size).toBe(0);
    expect(onEnded).toHaveBeenCalledWith(expect.objectContaining({ exitCode: 0 }));
  });

  it("closes every session and takes none when the console closes", () => {
    const registry = new SessionRegistry();
    const waiting = offer(registry);
    const running = offer(registry);
    const channel = new FakeChannel();
    registry.open(running.token, channel);
    registry.close();
    expect([waiting.shell.closed, running.shell.closed]).toEqual([1, 1]);
    expect(channel.texts.at(-1)).toMatchObject({ type: "ended", reason: { fr: "La console se ferme." } });
    expect(channel.readyState).toBe(channelState.closed);
    expect(vi.getTimerCount()).toBe(0);
    const shell = new FakeShell();
    expect(() => registry.offerTerminal(shell)).toThrow(
      expect.objectContaining({ code: "session.too-many" }),
    );
    expect(shell.closed).toBe(1);
  });

  it("holds screens as it holds terminals", () => {
    const registry = new SessionRegistry({ most: 2 });
    const screen = new FakeScreen();
    const onEnded = vi.fn();
    const token = registry.offerScreen(screen, {}, onEnded).replace("session/", "");
    offer(registry);
    const refused = new FakeScreen();
    expect(() => registry.offerScreen(refused)).toThrow(
      expect.objectContaining({ code: "session.too-many" }),
    );
    expect(refused.closed).toBe(1);
    const channel = new FakeChannel();
    expect(registry.open(token, channel)).toBe(true);
    expect(channel.texts).toMatchObject([{ type: "opened", width: 800, height: 600, route: "rfb" }]);
    registry.close();
    expect(channel.texts.at(-1)).toMatchObject({ type: "ended", returns: false });
    expect(onEnded).toHaveBeenCalledTimes(1);
    expect(registry.size).toBe(0);
  });

  it("has a limit", () => {
    const registry = new SessionRegistry({ most: 1 });
    offer(registry);
    expect(() => offer(registry)).toThrow(expect.objectContaining({ code: "session.too-many" }));
    expect(registry.size).toBe(1);
    registry.close();
  });
});
