import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { WorldClock } from "../../world/clock.ts";

/** Who may use an account: TempAuth knows them as `ACCOUNT:USER`, Keystone as USER of the project ACCOUNT. */
export interface SwiftUser {
  account: string;
  user: string;
  password: string;
  /** An application credential of theirs, for Keystone. */
  credential?: { id: string; secret: string };
}

const goodFor = 3_600_000;

interface Token {
  account: string;
  until: number;
}

/** Logs in by TempAuth (Swift's `auth/v1.0`) and by Keystone's Identity API v3; both give the same tokens. */
export class Logins {
  private readonly users: readonly SwiftUser[];
  private readonly region: string;
  private readonly clock: WorldClock;
  private readonly tokens = new Map<string, Token>();

  constructor(users: readonly SwiftUser[], region: string, clock: WorldClock) {
    this.users = users;
    this.region = region;
    this.clock = clock;
  }

  /** The account that a token is for, such as `AUTH_files`; null for one that is not known or over. */
  accountOf(token: string): string | null {
    const found = this.tokens.get(token);
    return found && found.until > this.clock.now() ? found.account : null;
  }

  /** Forgets all tokens, as a restart of memcached does. */
  forget(): void {
    this.tokens.clear();
  }

  /** By TempAuth: the token and the account; null when it is refused. */
  v1(user: string, key: string): { token: string; account: string } | null {
    const found = this.users.find((each) => `${each.account}:${each.user}` === user);
    return found && isSame(found.password, key) ? this.grant(found) : null;
  }

  /** By Keystone: the answer to `POST /v3/auth/tokens`; null when it is refused. */
  v3(asked: unknown, base: string): { token: string; body: object } | null {
    const found = this.identified(record(record(asked).auth));
    if (!found) return null;
    const { token, account } = this.grant(found);
    const url = `${base}/v1/${account}`;
    const endpoint = (face: string) => ({
      id: randomUUID(),
      interface: face,
      region: this.region,
      region_id: this.region,
      url,
    });
    const body = {
      token: {
        methods: ["password"],
        issued_at: new Date(this.clock.now()).toISOString(),
        expires_at: new Date(this.clock.now() + goodFor).toISOString(),
        user: { id: found.user, name: found.user, domain: { id: "default", name: "Default" } },
        project: { id: found.account, name: found.account, domain: { id: "default", name: "Default" } },
        roles: [{ id: "member", name: "member" }],
        catalog: [
          {
            id: randomUUID(),
            type: "object-store",
            name: "swift",
            endpoints: ["public", "internal", "admin"].map(endpoint),
          },
        ],
      },
    };
    return { token, body };
  }

  private identified(auth: Record<string, unknown>): SwiftUser | null {
    const identity = record(auth.identity);
    const credential = record(identity.application_credential);
    if (credential.id !== undefined) {
      const found = this.users.find((each) => each.credential?.id === credential.id);
      return found?.credential && isSame(found.credential.secret, credential.secret) ? found : null;
    }
    const user = record(record(identity.password).user);
    const project = record(record(auth.scope).project);
    const found = this.users.find((each) => each.user === user.name && each.account === project.name);
    return found && isSame(found.password, user.password) ? found : null;
  }

  private grant({ account }: SwiftUser): { token: string; account: string } {
    const token = `AUTH_tk${randomBytes(16).toString("hex")}`;
    const granted = { account: `AUTH_${account}`, until: this.clock.now() + goodFor };
    this.tokens.set(token, granted);
    return { token, account: granted.account };
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isSame(wanted: string, given: unknown): boolean {
  const [one, other] = [Buffer.from(wanted), Buffer.from(typeof given === "string" ? given : "")];
  return one.length === other.length && timingSafeEqual(one, other);
}
