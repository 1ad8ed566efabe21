import { randomBytes, timingSafeEqual } from "node:crypto";

/** How long a session lives while nobody uses it, in milliseconds of this computer's clock. */
const idleTime = 5 * 60_000;
const mostSessions = 200;

/** Who has logged in at a vCenter's REST API; these sessions are not those of its SOAP API. */
export class RestSessions {
  private readonly login: { user: string; password: string };
  /** When each was last used, by its token. */
  private readonly used = new Map<string, number>();

  constructor(login: { user: string; password: string }) {
    this.login = login;
  }

  /** Takes what an `Authorization` header says (RFC 7617); gives a new session's token, null when it is refused. */
  logIn(authorization: string): string | null {
    const pair = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
    const given = Buffer.from(pair ?? "", "base64");
    const wanted = Buffer.from(`${this.login.user}:${this.login.password}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    this.forgetIdle();
    if (this.used.size >= mostSessions) return null;
    const token = randomBytes(16).toString("hex");
    this.used.set(token, performance.now());
    return token;
  }

  /** Whether a session of that token lives; it is not idle then. */
  has(token: string): boolean {
    this.forgetIdle();
    if (!this.used.has(token)) return false;
    this.used.set(token, performance.now());
    return true;
  }

  end(token: string): void {
    this.used.delete(token);
  }

  endAll(): void {
    this.used.clear();
  }

  private forgetIdle(): void {
    const since = performance.now() - idleTime;
    for (const [token, at] of this.used) if (at < since) this.used.delete(token);
  }
}
