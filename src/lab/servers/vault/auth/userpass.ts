import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import { badRequest } from "../core/failure.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface User {
  salt: Buffer;
  hash: Buffer;
  terms: TokenTerms;
}

const hashOf = (password: string, salt: Buffer) => scryptSync(password, salt, 32, { N: 1024 });

/** Users and their passwords. */
export class Userpass extends WayIn<User> {
  readonly type = "userpass";
  protected readonly listing = {
    folder: "users",
    read(call: VaultCall, before: User | undefined): User {
      const terms = readTerms(call);
      return before && call.body.password === undefined ? { ...before, terms } : withPassword(call, terms);
    },
    shown: ({ terms }: User) => shownTerms(terms),
  };

  isOpen(path: string): boolean {
    return path.startsWith("login/");
  }

  exists(path: string): boolean {
    return this.kept.has(path.replace(/^users\//, ""));
  }

  protected own(call: VaultCall): VaultAnswer | null {
    const [kind, name = "", further] = call.path.split("/");
    if (call.method !== "POST") return null;
    if (kind === "login") return this.enter(call, name);
    if (kind !== "users" || further !== "password") return null;
    this.kept.set(name, withPassword(call, this.kept.get(name)?.terms ?? readTerms(call)));
    return { status: 204 };
  }

  private enter(call: VaultCall, name: string): VaultAnswer {
    const user = this.kept.get(name);
    const salt = user?.salt ?? Buffer.alloc(16);
    const isRight = timingSafeEqual(hashOf(wordOf(call, "password"), salt), user?.hash ?? Buffer.alloc(32));
    if (!user || !isRight) throw badRequest("invalid username or password");
    return this.letIn(call, user.terms, { displayName: `userpass-${name}`, meta: { username: name } });
  }
}

function withPassword(call: VaultCall, terms: TokenTerms): User {
  const salt = randomBytes(16);
  return { salt, hash: hashOf(wordOf(call, "password"), salt), terms };
}
