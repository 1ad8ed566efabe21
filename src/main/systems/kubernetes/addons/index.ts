import type { Action } from "../../../actions/action.ts";
import type { ClusterActionParts } from "../actions/parts.ts";
import type { ObservedKind } from "../kinds/kind.ts";
import type { Addon } from "./addon.ts";
import { caBundlesAddon } from "./ca-bundles/index.ts";
import { certManagerAddon } from "./cert-manager/index.ts";
import { cnpgAddon } from "./cnpg/index.ts";
import { kastenAddon } from "./kasten/index.ts";
import { tlsSecretsAddon } from "./tls-secrets/index.ts";
import { veleroAddon } from "./velero/index.ts";

/** One entry for each family; to add one, add a folder beside `kasten` and name it here. */
const addons: readonly Addon[] = [
  kastenAddon,
  veleroAddon,
  cnpgAddon,
  certManagerAddon,
  tlsSecretsAddon,
  caBundlesAddon,
];

/** What is read of all of them. */
export const addonKinds: readonly ObservedKind[] = addons.flatMap(({ kinds }) => kinds);

/** What can be done with all of them. */
export function addonActions(parts: ClusterActionParts): Action[] {
  return addons.flatMap((addon) => addon.actions(parts));
}
