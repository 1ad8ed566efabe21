import { describe, expect, it } from "vitest";
import { OpsError } from "../shared/errors.ts";
import type { JournalEvent, NewJournalEvent } from "../shared/journal.ts";
import type { Services } from "./contract/services.ts";
import { SessionRegistry } from "./sessions/session-registry.ts";
import type { ShellSession } from "./systems/system.ts";
import { openTerminal } from "./terminals.ts";

class Shell implements ShellSession {
  closed = 0;
  end: (end: { exitCode: number | null; error: Error | null }) => void = () => {};
  write() {}
  resize() {}
  pause() {}
  resume() {}
  onData() {}
  onEnd(listener: Shell["end"]) {
    this.end = listener;
  }
  close() {
    this.closed += 1;
  }
}

const size = { columns: 80, rows: 24 };
const broken = new OpsError({
  code: "journal.cannot-write",
  system: "journal",
  message: { en: "full", fr: "plein" },
  hint: { en: "free", fr: "libérez" },
});

function setUp(open: () => Promise<ShellSession | null>, refuses: (type: string) => boolean = () => false) {
  const written: NewJournalEvent[] = [];
  const sessions = new SessionRegistry();
  const services = {
    journal: {
      write(event: NewJournalEvent) {
        if (refuses(event.type)) throw broken;
        written.push(event);
        return event as JournalEvent;
      },
    },
    fleet: { openShell: open },
    sessions,
  } as unknown as Pick<Services, "journal" | "fleet" | "sessions">;
  return { services, sessions, types: () => written.map((event) => event.type), written };
}

describe("openTerminal", () => {
  it("journals before and after, and at the end", async () => {
    const shell = new Shell();
    const { services, sessions, types, written } = setUp(async () => shell);
    expect(await openTerminal(services, "tower-a", undefined, size, undefined)).toMatch(
      /^session\/[\w-]{22}$/,
    );
    expect(types()).toEqual(["terminal.opening", "terminal.opened"]);
    sessions.close();
    expect(types().at(-1)).toBe("terminal.ended");
    expect(written.at(-1)).toMatchObject({ subject: "tower-a", data: { exitCode: null, bytesIn: 0 } });
    expect(shell.closed).toBe(1);
  });

  it("says that a resource has none", async () => {
    const { services, types, written } = setUp(async () => null);
    const opening = openTerminal(services, "atelier", undefined, size, undefined);
    await expect(opening).rejects.toMatchObject({ code: "terminal.none" });
    expect(types()).toEqual(["terminal.opening", "terminal.failed"]);
    expect(written.at(-1)?.data).toEqual({ code: "terminal.none" });
  });

  it("passes on why it could not be opened, and journals that", async () => {
    const { services, written } = setUp(() => Promise.reject(broken));
    await expect(openTerminal(services, "tower-a", undefined, size, undefined)).rejects.toBe(broken);
    expect(written.at(-1)).toMatchObject({
      type: "terminal.failed",
      data: { code: "journal.cannot-write" },
    });
  });

  it("opens nothing that cannot be journalled", async () => {
    let opened = 0;
    const { services } = setUp(
      async () => {
        opened += 1;
        return new Shell();
      },
      (type) => type === "terminal.opening",
    );
    await expect(openTerminal(services, "tower-a", undefined, size, undefined)).rejects.toBe(broken);
    expect(opened).toBe(0);
  });

  it("closes the shell again when the disk fills up while it opens", async () => {
    const shell = new Shell();
    const { services, sessions } = setUp(
      async () => shell,
      (type) => type !== "terminal.opening",
    );
    await expect(openTerminal(services, "tower-a", undefined, size, undefined)).rejects.toBe(broken);
    expect(shell.closed).toBe(1);
    expect(sessions.size).toBe(0);
  });

  it("lets a terminal end although the journal cannot be told", async () => {
    const shell = new Shell();
    const { services, sessions } = setUp(
      async () => shell,
      (type) => type === "terminal.ended",
    );
    const name = await openTerminal(services, "tower-a", undefined, size, undefined);
    expect(name).toContain("session/");
    expect(() => sessions.close()).not.toThrow();
    expect(sessions.size).toBe(0);
  });

  it("gives up with its caller", async () => {
    const abort = new AbortController();
    let given: AbortSignal | null = null;
    const { services } = setUp(async () => null);
    services.fleet.openShell = async (_resource, _system, _size, signal) => {
      given = signal;
      abort.abort();
      signal.throwIfAborted();
      return null;
    };
    await expect(openTerminal(services, "tower-a", undefined, size, abort.signal)).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(given).toMatchObject({ aborted: true });
  });
});
