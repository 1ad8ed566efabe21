import { createHash, randomBytes } from "node:crypto";

/** One token. Times are epoch milliseconds of the cluster's clock, lives are seconds. */
export interface Token {
  id: string;
  accessor: string;
  policies: readonly string[];
  displayName: string;
  meta: Readonly<Record<string, string>>;
  /** What gave it, such as `auth/approle/login`. */
  path: string;
  createdAt: number;
  /** The life it was given, and gets again when it is renewed; 0 for one without an end. */
  ttl: number;
  maxTtl: number;
  explicitMaxTtl: number;
  period: number;
  expiresAt: number | null;
  /** How often it may still be used; 0 for as often as wanted. */
  uses: number;
  isRenewable: boolean;
  /** The token that made it, with which it goes; null for an orphan. */
  parent: string | null;
  namespace: string;
  type: "service" | "batch";
  renewedAt: number | null;
  /** What a wrapped answer is kept under; such a token can do nothing else. */
  wrapped?: unknown;
}

export type TokenWish = Partial<Omit<Token, "createdAt" | "expiresAt">> &
  Pick<Token, "policies" | "path" | "namespace">;

const longest = 32 * 86_400;

/** Every token of a cluster. What is past its end is gone. */
export class TokenStore {
  private readonly tokens = new Map<string, Token>();
  private readonly now: () => number;
  /** Told of each token that goes. */
  private readonly onRevoked: (token: Token) => void;

  constructor(now: () => number, onRevoked: (token: Token) => void) {
    this.now = now;
    this.onRevoked = onRevoked;
  }

  create(wish: TokenWish): Token {
    const now = this.now();
    const maxTtl = wish.explicitMaxTtl || wish.maxTtl || longest;
    const period = wish.period ?? 0;
    const asked = period || (wish.ttl ?? longest);
    const ttl = wish.ttl === 0 ? 0 : period ? asked : Math.min(asked, maxTtl);
    const token: Token = {
      id: `hvs.${randomBytes(24).toString("base64url")}`,
      accessor: randomBytes(18).toString("base64url").slice(0, 24),
      displayName: "token",
      meta: {},
      uses: 0,
      isRenewable: ttl > 0,
      parent: null,
      type: "service",
      renewedAt: null,
      explicitMaxTtl: 0,
      ...wish,
      maxTtl,
      period,
      ttl,
      createdAt: now,
      expiresAt: ttl === 0 ? null : now + ttl * 1000,
    };
    this.tokens.set(token.id, token);
    return token;
  }

  /** The token of that identifier while it lives. */
  find(id: string): Token | null {
    const token = this.tokens.get(id);
    if (!token) return null;
    if (token.expiresAt === null || token.expiresAt > this.now()) return token;
    this.revoke(token);
    return null;
  }

  byAccessor(accessor: string): Token | null {
    const found = [...this.tokens.values()].find((each) => each.accessor === accessor);
    return found ? this.find(found.id) : null;
  }

  all(): Token[] {
    return [...this.tokens.keys()].map((id) => this.find(id)).filter((token) => token !== null);
  }

  /** Takes one use away; the last one takes the token with it once it is answered. */
  use(token: Token): void {
    if (token.uses === 0) return;
    token.uses -= 1;
    if (token.uses === 0) this.revoke(token, false);
  }

  /** A longer life, in seconds: that asked for, within the longest that it may have. */
  renew(token: Token, increment: number): void {
    const now = this.now();
    const wanted = token.period || increment || token.ttl;
    const end = now + wanted * 1000;
    const last = token.createdAt + (token.explicitMaxTtl || token.maxTtl) * 1000;
    const isBound = token.period === 0 || token.explicitMaxTtl > 0;
    token.expiresAt = isBound ? Math.min(end, last) : end;
    token.renewedAt = now;
  }

  /** Takes a token away, and those that it made unless they are to stay as orphans. */
  revoke(token: Token, withChildren = true): void {
    if (!this.tokens.delete(token.id)) return;
    this.onRevoked(token);
    for (const child of [...this.tokens.values()]) {
      if (child.parent !== token.id) continue;
      if (withChildren) this.revoke(child);
      else child.parent = null;
    }
  }

  /** Seconds that are left, 0 for one without an end. */
  left(token: Token): number {
    return token.expiresAt === null ? 0 : Math.max(0, Math.floor((token.expiresAt - this.now()) / 1000));
  }
}

/** What a token's lease is named by, without telling the token. */
export const tokenHash = (id: string) => `h${createHash("sha256").update(id).digest("hex")}`;
