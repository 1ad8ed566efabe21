import { type VaultSeen, vaultSeenSchema, wholeVault } from "../../shared/vaults.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about signing in to the estate's Vaults, and about their keys and tokens. */
export function vaultAnswers(answer: ReturnType<typeof answers>, { vaults, fleet, inventory }: Services) {
  const never = new AbortController().signal;
  const keysOf = (vault: string) => {
    const { id } = vaults.get(vault);
    const keys = fleet.vaultKeys(id);
    if (!keys) throw new RangeError(`${id} is open and has no system`);
    return keys;
  };
  const found = (vault: string): VaultSeen["found"] => {
    const whole = inventory.get(wholeVault(vault));
    const state = vaultSeenSchema.shape.found.safeParse(whole?.facts["vault.state"]?.value);
    return state.success && !whole?.stale ? state.data : null;
  };
  return {
    vaults: {
      watch: answer.vaults.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => {
            const ids = new Set(vaults.standings().map(({ id }) => wholeVault(id)));
            let isOther = false;
            const stops = [
              vaults.onChange(changed),
              inventory.follow({
                mark: ({ id }) => {
                  isOther ||= ids.has(id);
                },
                wake: () => {
                  if (isOther) changed();
                  isOther = false;
                },
              }),
            ];
            return () => {
              for (const stop of stops) stop();
            };
          },
          () => ({ vaults: vaults.standings().map((each) => ({ ...each, found: found(each.id) })) }),
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
