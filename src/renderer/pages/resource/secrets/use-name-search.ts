import { useEffect, useState } from "react";
import type { WireError } from "../../../../shared/errors.ts";
import type { SecretSearch } from "../../../../shared/vault-secrets.ts";
import { useClient } from "../../../state/live.ts";
import { toWireError } from "../../../state/wire-error.ts";

/** What is searched for: words, in a folder and all below it. */
export interface AskedSearch {
  folder: string;
  words: string;
}

/** A search as far as it has come. It is asked for once: a search that has ended does not begin anew by itself. */
export function useNameSearch(mount: string, asked: AskedSearch | null) {
  const client = useClient();
  const [state, setState] = useState<{
    of: AskedSearch | null;
    told: SecretSearch | null;
    error: WireError | null;
  }>({ of: null, told: null, error: null });
  useEffect(() => {
    if (!asked) return;
    const controller = new AbortController();
    const { signal } = controller;
    setState({ of: asked, told: null, error: null });
    const follow = async () => {
      for await (const told of await client.vaultSecrets.search({ mount, ...asked }, { signal })) {
        if (signal.aborted) return;
        setState({ of: asked, told, error: null });
      }
    };
    follow().catch((thrown: unknown) => {
      if (!signal.aborted) setState((before) => ({ ...before, error: toWireError(thrown) }));
    });
    return () => controller.abort();
  }, [client, mount, asked]);
  return asked !== null && state.of === asked ? state : { told: null, error: null };
}
