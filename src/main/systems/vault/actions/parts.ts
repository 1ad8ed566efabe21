import type { Action } from "../../../actions/action.ts";
import type { CertificateKeys, SystemContext } from "../../system.ts";
import type { VaultApi } from "../api.ts";
import type { VaultObserver } from "../observe.ts";
import type { RekeyApi } from "../rekey/api.ts";
import type { HolderList } from "../rekey/holders.ts";

/** What the actions on a Vault are made with. */
export interface VaultActionParts {
  api: VaultApi;
  observer: VaultObserver;
  rekey: RekeyApi;
  /** Who gets a share when they are made anew. */
  holders: HolderList;
  /** Keeps private keys that are made here; null where none can be. */
  keys: CertificateKeys | null;
  questions: SystemContext["questions"];
  /** The nodes, by their identifiers in the estate. */
  nodes: readonly string[];
  now(): number;
}

export type Field = Action["fields"][number];

/** One line that must be filled in. */
export function lineField(name: string, label: Field["label"], more: Partial<Field> = {}): Field {
  return { name, label, type: "text", required: true, choices: [], initial: null, ...more };
}
