import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about signing in to the estate's Vaults, and about their keys and tokens. */
export function vaultAnswers(answer: ReturnType<typeof answers>, { vaults, fleet }: Services) {
  const never = new AbortController().signal;
  const keysOf = (vault: string) => {
    const { id } = vaults.get(vault);
    const keys = fleet.vaultKeys(id);
    if (!keys) throw new RangeError(`${id} is open and has no system`);
    return keys;
  };
  return {
    vaults: {
      watch: answer.vaults.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => vaults.onChange(changed),
          () => ({ vaults: vaults.standings() }),
          context,
          signal,
        ),
      ),
      signIn: answer.vaults.signIn.handler(async ({ input, signal }) => {
        await vaults.get(input.vault).signIn(signal ?? never);
        // What could not be reached for want of its secrets is read again.
        fleet.hurry();
        return { signedIn: true };
      }),
      signOut: answer.vaults.signOut.handler(async ({ input, signal }) => {
        await vaults.get(input.vault).signOut(signal ?? never);
        return { signedOut: true };
      }),
      rekey: answer.vaults.rekey.handler(({ input, signal }) => keysOf(input.vault).rekey(signal ?? never)),
      tokens: answer.vaults.tokens.handler(({ input, signal }) =>
        keysOf(input.vault).tokens(signal ?? never),
      ),
    },
  };
}
