import { timingSafeEqual } from "node:crypto";
import { type Privilege, roles } from "./privileges.ts";
import { counterOf } from "./totp.ts";

/** Who calls: a user by ticket, or one of their tokens. */
export interface Caller {
  /** The user, as `admin@pve`. */
  user: string;
  /** What tasks and logs name: the user, or `ops@pve!passerelle` for a token. */
  name: string;
  privileges: ReadonlySet<Privilege>;
  isToken: boolean;
}

interface Token {
  secret: string;
  /** What a token with privileges of its own may do, at most what its user may; null where it may the same. */
  role: keyof typeof roles | null;
}

interface Account {
  /** Null where nobody logs in by password. */
  password: string | null;
  /** The shared secret of the second factor, if it has one. */
  totp: string | null;
  role: keyof typeof roles;
  tokens: ReadonlyMap<string, Token>;
}

/** What is known beforehand of a cluster's users. */
export interface UserSecrets {
  /** Of `root@pam` and `admin@pve`. */
  password: string;
  /** Of `admin@pve`, in base 32. */
  totp: string;
  /** Of `ops@pve!passerelle`. */
  token: string;
  /** Of `viewer@pve!look`. */
  viewerToken: string;
}

/** Wrong codes after which the second factor is locked, and milliseconds that it stays so. */
const codeTries = 8;
const lockTime = 3_600_000;

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The users of one cluster: `root@pam`, `admin@pve` with a second factor, and two that only tokens act for. */
export class Users {
  private readonly accounts: ReadonlyMap<string, Account>;
  private readonly codes = new Map<string, { last: number; failures: number; lockedUntil: number }>();

  constructor({ password, totp, token, viewerToken }: UserSecrets) {
    const nobody = { password: null, totp: null, tokens: new Map<string, Token>() };
    this.accounts = new Map<string, Account>([
      ["root@pam", { ...nobody, password, role: "Administrator" }],
      ["admin@pve", { ...nobody, password, totp, role: "Administrator" }],
      [
        "ops@pve",
        {
          ...nobody,
          role: "Administrator",
          tokens: new Map([["passerelle", { secret: token, role: "Operations" as const }]]),
        },
      ],
      [
        "viewer@pve",
        {
          ...nobody,
          role: "PVEAuditor",
          tokens: new Map<string, Token>([
            ["look", { secret: viewerToken, role: null }],
            // Its privileges are separate, and it was given none.
            ["bare", { secret: viewerToken, role: "NoAccess" }],
          ]),
        },
      ],
    ]);
  }

  /** Who comes with a ticket; null for a user that there is not. */
  byName(user: string): Caller | null {
    const account = this.accounts.get(user);
    return account
      ? { user, name: user, isToken: false, privileges: new Set<Privilege>(roles[account.role]) }
      : null;
  }

  isPassword(user: string, password: string): boolean {
    const known = this.accounts.get(user)?.password ?? null;
    return known !== null && isSame(password, known);
  }

  /** Whether a user must answer with a second factor. */
  needsCode(user: string): boolean {
    return (this.accounts.get(user)?.totp ?? null) !== null;
  }

  /** Takes a code of six digits: each counts once, and too many wrong ones lock the second factor. */
  takeCode(user: string, code: string): boolean {
    const secret = this.accounts.get(user)?.totp ?? null;
    if (secret === null) return false;
    const now = Date.now();
    const state = this.codes.get(user) ?? { last: -1, failures: 0, lockedUntil: 0 };
    this.codes.set(user, state);
    if (now < state.lockedUntil) return false;
    const counter = counterOf(secret, code, now);
    if (counter !== null && counter > state.last) {
      Object.assign(state, { last: counter, failures: 0 });
      return true;
    }
    state.failures += 1;
    if (state.failures >= codeTries) Object.assign(state, { lockedUntil: now + lockTime, failures: 0 });
    return false;
  }

  /** Who comes with a token, written `USER@REALM!TOKEN=SECRET`; null when there is no such token. */
  byToken(words: string): Caller | null {
    const [, user = "", name = "", secret = ""] = /^([^!\s]+)!([^=\s]+)=(.+)$/.exec(words) ?? [];
    const account = this.accounts.get(user);
    const token = account?.tokens.get(name);
    if (!account || !token || !isSame(secret, token.secret)) return null;
    const users = new Set<Privilege>(roles[account.role]);
    const own: readonly Privilege[] = token.role === null ? [...users] : roles[token.role];
    return {
      user,
      name: `${user}!${name}`,
      isToken: true,
      privileges: new Set(own.filter((privilege) => users.has(privilege))),
    };
  }
}
