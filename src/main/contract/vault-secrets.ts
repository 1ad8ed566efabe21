import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { SecretRecord } from "../../shared/vault-secrets.ts";
import type { SecretTree } from "../systems/system.ts";
import { readReference } from "../vault/reference.ts";
import type { answers } from "./answers.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about the names and versions of secrets. */
export function vaultSecretAnswers(answer: ReturnType<typeof answers>, services: Services) {
  const never = new AbortController().signal;
  const treeOf = (mount: string) => {
    const tree = services.fleet.secretTree(mount);
    if (!tree) throw noSecrets(mount);
    return tree;
  };
  return {
    folder: answer.vaultSecrets.folder.handler(({ input, signal }) =>
      treeOf(input.mount).folder(input.folder, signal ?? never),
    ),
    read: answer.vaultSecrets.read.handler(async ({ input, signal }) => {
      const tree = treeOf(input.mount);
      const record = await tree.secret(input.path, signal ?? never);
      return { ...record, usedBy: usesOf(services, tree, input.path) };
    }),
    search: answer.vaultSecrets.search.handler(async function* ({ input, context, signal }) {
      const ending = signal ?? never;
      for await (const told of treeOf(input.mount).search(input.folder, input.words, ending)) {
        yield told;
        await context.drained();
      }
    }),
  };
}

/** The references of the estate that are read at this path, where they are read from this Vault at all. */
function usesOf(
  { secrets, vaults }: Pick<Services, "secrets" | "vaults">,
  tree: SecretTree,
  path: string,
): SecretRecord["usedBy"] {
  if (vaults.standingForReferences()?.id !== tree.system) return [];
  const at = tree.pathOf(path);
  return secrets
    .state()
    .secrets.filter(({ reference }) => readReference(reference)?.path === at)
    .map(({ reference, usedBy }) => ({ reference, resources: usedBy }));
}

function noSecrets(mount: string): OpsError {
  return new OpsError({
    code: "vault.no-secrets",
    system: "vault",
    message: text(`${mount} is no mount of secrets.`, `${mount} n'est pas un montage de secrets.`),
    hint: text(
      "Choose a mount of type kv, and see that its Vault is open and the console signed in.",
      "Choisissez un montage de type kv, et vérifiez que son Vault est ouvert et la console identifiée.",
    ),
  });
}
