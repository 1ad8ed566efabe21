import type { Operators } from "../../shared/people.ts";
import type { Grant } from "../../shared/roles.ts";
import { isKeyFault, type PublicKey, parsePublicKey } from "./public-key.ts";

export interface Operator {
  id: string;
  name: string;
  keys: readonly PublicKey[];
  accounts: readonly string[];
  roles: readonly Grant[];
  /** What the identity provider calls them. */
  identities: readonly string[];
}

/** The operators of an estate, found by identifier, account and key. Keys that cannot be read are left out. */
export class Roster {
  readonly #operators: ReadonlyMap<string, Operator>;

  constructor(declared: Operators) {
    this.#operators = new Map(
      Object.entries(declared).map(([id, { name, keys, accounts, roles = [], identities = [] }]) => {
        const read = keys.flatMap((line) => {
          const key = parsePublicKey(line);
          return isKeyFault(key) ? [] : [key];
        });
        return [id, { id, name, keys: read, accounts, roles, identities }];
      }),
    );
  }

  all(): Operator[] {
    return [...this.#operators.values()];
  }

  find(id: string): Operator | null {
    return this.#operators.get(id) ?? null;
  }

  ofAccount(account: string): Operator | null {
    return this.all().find(({ accounts }) => accounts.includes(account)) ?? null;
  }

  ofKey(blob: Buffer): Operator | null {
    return this.all().find(({ keys }) => keys.some((key) => key.blob.equals(blob))) ?? null;
  }

  /** Whether any operator has a role: then rights are told by roles. */
  get hasRoles(): boolean {
    return this.all().some(({ roles }) => roles.length > 0);
  }

  ofIdentity(identity: string): Operator | null {
    return this.all().find(({ identities }) => identities.includes(identity)) ?? null;
  }

  /** The operator that a name in the journal stands for: their identifier, or one of their accounts; else the name. */
  personOf(name: string): string {
    return this.#operators.has(name) ? name : (this.ofAccount(name)?.id ?? name);
  }

  /** Whether there are two people who can prove who they are. */
  get hasSecondPerson(): boolean {
    return this.all().filter(({ keys }) => keys.length > 0).length >= 2;
  }
}
