import { type implement, ORPCError } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { WireError } from "../../shared/errors.ts";
import type { VaultStanding } from "../../shared/vaults.ts";
import { Feed } from "./feed.ts";

/** The Vaults of an estate, over a list that a test changes; what was asked is kept. */
export class MemoryVaults {
  readonly standings = new Feed<VaultStanding[]>([]);
  /** In order: `sign in vault`, `sign out vault`. */
  readonly asked: string[] = [];
  /** Why signing in fails; null when it does not. */
  refusal: WireError | null = null;

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
      },
    };
  }

  async *#watch(signal: AbortSignal | undefined) {
    for await (const vaults of this.standings.watch(signal)) yield { vaults };
  }
}
