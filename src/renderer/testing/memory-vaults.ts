import { type implement, ORPCError } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { WireError } from "../../shared/errors.ts";
import type { RekeyView } from "../../shared/vault-keys.ts";
import type { SecretFolder, SecretRecord, SecretSearch } from "../../shared/vault-secrets.ts";
import type { VaultTokens } from "../../shared/vault-tokens.ts";
import type { VaultSeen } from "../../shared/vaults.ts";
import { Feed } from "./feed.ts";

/** The Vaults of an estate, over a list that a test changes; what was asked is kept. */
export class MemoryVaults {
  readonly standings = new Feed<VaultSeen[]>([]);
  /** In order: `sign in vault`, `sign out vault`. */
  readonly asked: string[] = [];
  /** Why signing in fails; null when it does not. */
  refusal: WireError | null = null;
  /** Folders and secrets of the one mount that there is, by their paths; what is not here is refused with `missing`. */
  readonly folders = new Map<string, SecretFolder>();
  readonly records = new Map<string, SecretRecord>();
  readonly search = new Feed<SecretSearch | null>(null);
  /** How the making of new shares stands, and the tokens; null is refused with `missing`. */
  rekey: RekeyView | null = null;
  tokens: VaultTokens | null = null;
  missing: WireError = {
    code: "vault.not-allowed",
    system: "vault",
    message: { en: "May not be seen.", fr: "Ne peut être vu." },
    hint: { en: "Ask for the right.", fr: "Demandez le droit." },
  };

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      vaults: {
        watch: answer.vaults.watch.handler(({ signal }) => this.#watch(signal)),
        signIn: answer.vaults.signIn.handler(({ input }) => {
          this.asked.push(`sign in ${input.vault}`);
          if (this.refusal) throw new ORPCError("OPS", { data: this.refusal });
          return { signedIn: true };
        }),
        signOut: answer.vaults.signOut.handler(({ input }) => {
          this.asked.push(`sign out ${input.vault}`);
          return { signedOut: true };
        }),
        rekey: answer.vaults.rekey.handler(() => this.#there(this.rekey)),
        tokens: answer.vaults.tokens.handler(() => {
          this.asked.push("tokens");
          return this.#there(this.tokens);
        }),
      },
      vaultSecrets: {
        folder: answer.vaultSecrets.folder.handler(({ input }) => this.#found(this.folders, input.folder)),
        read: answer.vaultSecrets.read.handler(({ input }) => this.#found(this.records, input.path)),
        search: answer.vaultSecrets.search.handler(({ input, signal }) => {
          this.asked.push(`search ${input.words} in /${input.folder}`);
          return this.#searching(signal);
        }),
      },
    };
  }

  #found<Found>(among: ReadonlyMap<string, Found>, path: string): Found {
    return this.#there(among.get(path) ?? null);
  }

  #there<Found>(found: Found | null): Found {
    if (found === null) throw new ORPCError("OPS", { data: this.missing });
    return found;
  }

  async *#searching(signal: AbortSignal | undefined) {
    for await (const told of this.search.watch(signal)) {
      if (told) yield told;
      if (told?.ended) return;
    }
  }

  async *#watch(signal: AbortSignal | undefined) {
    for await (const vaults of this.standings.watch(signal)) yield { vaults };
  }
}
