import { createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "../../world/random.ts";

/** What a request shows of itself to the log-in. */
export interface Asking {
  method: string;
  uri: string;
  body: string;
  /** The Authorization header. */
  authorization: string;
}

/** Nonces that are known at a time, and of how many that were forgotten it is remembered that they were good once. */
const knownLimit = 8;
const formerLimit = 32;

const md5 = (words: string) => createHash("md5").update(words, "utf8").digest("hex");

/** The parameters of a Digest Authorization header; null when it is none (RFC 7616, 3.4). */
function parametersOf(header: string): Map<string, string> | null {
  if (!/^digest /i.test(header) || header.length > 4096) return null;
  const found = [...header.matchAll(/([a-z]+)[ \t]*=[ \t]*(?:"([^"]*)"|([^\s,"]+))/gi)];
  return new Map(found.map(([, name = "", quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? ""]));
}

/**
 * Digest log-in as AMT does it (RFC 7616 with MD5): the count must have eight hexadecimal digits and rise, a nonce may
 * be used on any connection, and now and then the firmware forgets it for no reason.
 */
export class DigestLogIn {
  private readonly realm: string;
  private readonly user: string;
  private readonly password: string;
  private readonly protections: readonly string[];
  private readonly random: Random;
  private readonly known = new Map<string, { count: number; left: number }>();
  private readonly former: string[] = [];

  /** `protections` are those offered, of `auth` and `auth-int`; `random` decides when a nonce is forgotten. */
  constructor(
    login: { realm: string; user: string; password: string },
    protections: readonly string[],
    random: Random,
  ) {
    this.realm = login.realm;
    this.user = login.user;
    this.password = login.password;
    this.protections = protections;
    this.random = random;
  }

  /** Whether the request is let in; `stale` is one whose answer was right for a nonce that has been forgotten. */
  check(asking: Asking): "accepted" | "refused" | "stale" {
    const given = parametersOf(asking.authorization);
    const value = (name: string) => given?.get(name) ?? "";
    const [nonce, count] = [value("nonce"), value("nc")];
    const known = this.known.get(nonce);
    const isRight =
      /^[0-9a-f]{8}$/i.test(count) &&
      value("username") === this.user &&
      value("realm") === this.realm &&
      value("uri") === asking.uri &&
      this.protections.includes(value("qop")) &&
      same(value("response"), this.expected(asking, value));
    if (!isRight) return "refused";
    if (!known) return this.former.includes(nonce) ? "stale" : "refused";
    const number = Number.parseInt(count, 16);
    if (number <= known.count) return "refused";
    known.count = number;
    known.left -= 1;
    if (known.left <= 0) this.forget(nonce);
    return "accepted";
  }

  /** The header that asks for a log-in, with a new nonce. */
  challenge(stale: boolean): string {
    const nonce = this.newNonce();
    return `Digest realm="${this.realm}", nonce="${nonce}",stale="${stale}",qop="${this.protections.join(",")}"`;
  }

  /** What a log-in over the redirection protocol is asked for. */
  get question(): { realm: string; nonce: string; qop: string } {
    return { realm: this.realm, nonce: this.newNonce(), qop: "auth" };
  }

  /** Whether user and password, sent as they are, are right. */
  isPassword(user: string, password: string): boolean {
    return user === this.user && same(password, this.password);
  }

  private newNonce(): string {
    const nonce = this.random.hexadecimal(32);
    this.known.set(nonce, { count: 0, left: this.random.between(12, 40) });
    for (const old of [...this.known.keys()].slice(0, -knownLimit)) this.forget(old);
    return nonce;
  }

  private forget(nonce: string): void {
    this.known.delete(nonce);
    this.former.push(nonce);
    this.former.splice(0, this.former.length - formerLimit);
  }

  private expected({ method, uri, body }: Asking, value: (name: string) => string): string {
    const qop = value("qop");
    const request = qop === "auth-int" ? `${method}:${uri}:${md5(body)}` : `${method}:${uri}`;
    const secret = md5(`${this.user}:${this.realm}:${this.password}`);
    return md5(`${secret}:${value("nonce")}:${value("nc")}:${value("cnonce")}:${qop}:${md5(request)}`);
  }
}

function same(one: string, other: string): boolean {
  const digest = (words: string) => createHash("sha256").update(words).digest();
  return timingSafeEqual(digest(one), digest(other));
}
