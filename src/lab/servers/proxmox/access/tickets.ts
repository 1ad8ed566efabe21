import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Milliseconds that a ticket is good for, of the wall's clock: whoever renews it goes by their own. */
const lifetime = 2 * 3_600_000;
/** Milliseconds that the answer to a challenge, and the opening of a console, may take. */
const challengeLifetime = 5 * 60_000;
export const consoleLifetime = 30_000;

const challengeMark = "!tfa!";

/**
 * Tickets as Proxmox VE makes them (PVE::AccessControl, PVE::Ticket): what they say, the second they were made at in
 * hexadecimal, and a signature. Each cluster signs with a key of its own.
 */
export class Tickets {
  private readonly key = randomBytes(32);
  /** Tickets made before are out of date; epoch milliseconds. */
  private notBefore = 0;

  /** A ticket for all calls, as the cookie `PVEAuthCookie` carries it. */
  issue(user: string): string {
    return this.sign("PVE", user, "");
  }

  /** A ticket that is good for nothing but answering with a second factor. */
  challenge(user: string, factors: object): string {
    return this.sign("PVE", `${challengeMark}${encodeURIComponent(JSON.stringify(factors))}`, user);
  }

  /** Who a ticket is of; null when it is forged, out of date or a challenge. */
  userOf(ticket: string): string | null {
    const said = this.read("PVE", ticket, "", lifetime);
    return said === null || said.startsWith(challengeMark) ? null : said;
  }

  /** Whether a challenge was put to that user, and is not too old. */
  isChallengeOf(ticket: string, user: string): boolean {
    return this.read("PVE", ticket, user, challengeLifetime)?.startsWith(challengeMark) === true;
  }

  /** What must come back in the header `CSRFPreventionToken` with every write. */
  csrf(user: string): string {
    return this.sign("CSRF", user, user).split(":").slice(2).join(":").replace("::", ":");
  }

  isCsrfOf(token: string, user: string): boolean {
    return this.read("CSRF", `CSRF:${user}:${token.replace(":", "::")}`, user, lifetime) === user;
  }

  /** A ticket that opens one console, at one path and port. */
  console(user: string, path: string, port: number): string {
    const [, , ...rest] = this.sign("PVEVNC", user, `${user}:${path}:${port}`).split(":");
    return `PVEVNC:${rest.join(":")}`;
  }

  isConsoleOf(ticket: string, user: string, path: string, port: number): boolean {
    const [kind, ...rest] = ticket.split(":");
    const whole = [kind, user, ...rest].join(":");
    return this.read("PVEVNC", whole, `${user}:${path}:${port}`, consoleLifetime) === user;
  }

  /** Makes every ticket that was given out so far out of date, as the change of the cluster's key does. */
  expireAll(): void {
    this.notBefore = Date.now();
    this.key.set(randomBytes(32));
  }

  private sign(kind: string, said: string, besides: string, at = Date.now()): string {
    const seconds = Math.floor(at / 1000)
      .toString(16)
      .toUpperCase()
      .padStart(8, "0");
    const words = `${kind}:${said}:${seconds}`;
    return `${words}::${createHmac("sha512", this.key).update(`${words}:${besides}`).digest("base64")}`;
  }

  private read(kind: string, ticket: string, besides: string, within: number): string | null {
    const [, said, seconds] = /^[A-Z]+:(.+):([0-9A-F]{8})::[A-Za-z0-9+/=]{1,200}$/.exec(ticket) ?? [];
    if (said === undefined || seconds === undefined) return null;
    const at = Number.parseInt(seconds, 16) * 1000;
    const wanted = Buffer.from(this.sign(kind, said, besides, at));
    const given = Buffer.from(ticket);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    const age = Date.now() - at;
    return at + 1_000 > this.notBefore && age < within ? said : null;
  }
}
