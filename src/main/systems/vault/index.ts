import { parseDuration } from "../../../shared/estate-words.ts";
import { type VaultSystemConfig, vaultSystemSchema } from "../../../shared/systems/vault.ts";
import { wholeVault } from "../../../shared/vaults.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { vaultActions } from "./actions/index.ts";
import { VaultApi } from "./api.ts";
import { VaultObserver } from "./observe.ts";
import { RekeyApi } from "./rekey/api.ts";
import { holderList } from "./rekey/holders.ts";
import { rekeyView } from "./rekey/view.ts";
import { VaultSecretTree } from "./secret-tree.ts";
import { listTokens } from "./tokens.ts";

/** A HashiCorp Vault or OpenBao: its nodes, whether it is sealed, what is mounted in it, and certificates of its authorities. */
export const vaultSystem: SystemDefinition<VaultSystemConfig> = {
  type: "vault",
  config: vaultSystemSchema,
  create: createVaultSystem,
};

function createVaultSystem(config: VaultSystemConfig, context: SystemContext): System {
  const { vaults } = context;
  if (!vaults) throw new TypeError("a Vault is opened at the desk of Vaults");
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 30_000;
  const name = config.name ?? context.id;
  const subject = wholeVault(context.id);
  const access = vaults.open(context.id, config, subject);
  const api = new VaultApi(access);
  const now = () => context.now();
  const rekey = new RekeyApi(access);
  const observer = new VaultObserver({ system: context.id, name, config, every, api, rekey, now });
  const holders = holderList(config, () => context.estateFolder?.() ?? process.cwd());
  const closing = new AbortController();
  return {
    id: context.id,
    type: "vault",
    every,
    declarations: () => observer.declarations,
    observe: (sink, signal) => observer.observe(sink, AbortSignal.any([signal, closing.signal])),
    actions: vaultActions({
      api,
      observer,
      rekey,
      holders,
      questions: context.questions,
      keys: context.keys ?? null,
      nodes: Object.keys(config.nodes),
      now,
    }),
    secretTree(resource) {
      const mount = observer.mountOf(resource);
      if (mount?.type !== "kv" && mount?.type !== "generic") return null;
      const versioned = mount.version === "2";
      return new VaultSecretTree({ api, system: context.id, mount: mount.path, versioned, now });
    },
    vaultKeys: {
      rekey: (signal) => rekeyView(rekey, holders, now, signal),
      tokens: (signal) => listTokens(api, now(), signal),
    },
    secrets: () => access.references.map((reference) => ({ reference, usedBy: subject })),
    distrust: () => void access.distrust(AbortSignal.any([closing.signal, AbortSignal.timeout(30_000)])),
    async close() {
      closing.abort();
      await vaults.close(access);
    },
  };
}
