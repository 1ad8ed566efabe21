import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Tickets } from "./tickets.ts";
import { counterOf, currentCode, drawTotpSecret } from "./totp.ts";
import { Users } from "./users.ts";

const secrets = {
  password: "secret",
  totp: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  token: "t1",
  viewerToken: "t2",
};

describe("one-time codes", () => {
  it.each([
    [59_000, "287082"],
    [1_111_111_109_000, "081804"],
    [1_234_567_890_000, "005924"],
  ])("are those of RFC 6238, appendix B, at %d", (now, code) => {
    expect(currentCode(secrets.totp, now)).toBe(code);
    expect(counterOf(secrets.totp, code, now + 30_000)).not.toBeNull();
    expect(counterOf(secrets.totp, code, now + 61_000)).toBeNull();
  });

  it("have secrets that authenticators take", () => {
    expect(drawTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  });

  it("count once, and eight wrong ones lock them", () => {
    const users = new Users(secrets);
    const code = currentCode(secrets.totp, Date.now());
    expect(users.takeCode("admin@pve", code)).toBe(true);
    expect(users.takeCode("admin@pve", code)).toBe(false);
    const other = new Users(secrets);
    const wrong = code === "000000" ? "000001" : "000000";
    for (let tries = 0; tries < 8; tries += 1) expect(other.takeCode("admin@pve", wrong)).toBe(false);
    expect(other.takeCode("admin@pve", code)).toBe(false);
  });
});

describe("tickets", () => {
  it("are good for two hours, for their user, and once signed only as they were", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
    try {
      const tickets = new Tickets();
      const ticket = tickets.issue("admin@pve");
      expect(ticket).toMatch(/^PVE:admin@pve:[0-9A-F]{8}::/);
      expect(tickets.userOf(ticket)).toBe("admin@pve");
      expect(tickets.userOf(ticket.replace("admin", "roots"))).toBeNull();
      expect(new Tickets().userOf(ticket)).toBeNull();
      expect(tickets.isCsrfOf(tickets.csrf("admin@pve"), "admin@pve")).toBe(true);
      expect(tickets.isCsrfOf(tickets.csrf("admin@pve"), "root@pam")).toBe(false);
      const challenge = tickets.challenge("admin@pve", { totp: true });
      expect(tickets.userOf(challenge)).toBeNull();
      expect(tickets.isChallengeOf(challenge, "admin@pve")).toBe(true);
      expect(tickets.isChallengeOf(challenge, "root@pam")).toBe(false);
      const console = tickets.console("ops@pve!passerelle", "/nodes/forge-1/qemu/100", 5901);
      expect(tickets.isConsoleOf(console, "ops@pve!passerelle", "/nodes/forge-1/qemu/100", 5901)).toBe(true);
      expect(tickets.isConsoleOf(console, "ops@pve!passerelle", "/nodes/forge-1/qemu/101", 5901)).toBe(false);
      vi.setSystemTime(1_700_000_000_000 + 31_000);
      expect(tickets.isConsoleOf(console, "ops@pve!passerelle", "/nodes/forge-1/qemu/100", 5901)).toBe(false);
      vi.setSystemTime(1_700_000_000_000 + 2 * 3_600_000);
      expect(tickets.userOf(ticket)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it("of anybody's making open nothing", () => {
    const tickets = new Tickets();
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(tickets.userOf(words)).toBeNull();
        expect(tickets.userOf(`PVE:${words}:6553F100::${words}`)).toBeNull();
      }),
    );
  });
});

it("a token may what it was given, and no more than its user", () => {
  const users = new Users(secrets);
  expect(users.byToken("ops@pve!passerelle=t1")?.privileges.has("VM.Migrate")).toBe(true);
  expect(users.byToken("ops@pve!passerelle=t1")?.privileges.has("Permissions.Modify")).toBe(false);
  expect(users.byToken("viewer@pve!look=t2")?.privileges.has("VM.PowerMgmt")).toBe(false);
  expect(users.byToken("viewer@pve!bare=t2")?.privileges.size).toBe(0);
  for (const wrong of ["ops@pve!passerelle=t2", "ops@pve!other=t1", "ops@pve=t1", ""]) {
    expect(users.byToken(wrong)).toBeNull();
  }
});
