import type { Estate } from "../shared/estate.ts";
import { sshSystemSchema } from "../shared/systems/ssh.ts";
import { alertmanagerSystem } from "./systems/alertmanager/index.ts";
import { amtSystem } from "./systems/amt/index.ts";
import { dnsSystem } from "./systems/dns/index.ts";
import { dumpsSystem } from "./systems/dumps/index.ts";
import { fileStoreSystem } from "./systems/file-store/index.ts";
import { kubernetesSystem } from "./systems/kubernetes/index.ts";
import { ovhSystem } from "./systems/ovh/index.ts";
import { proxmoxSystem } from "./systems/proxmox/index.ts";
import { s3System } from "./systems/s3/index.ts";
import { sshSystem } from "./systems/ssh/index.ts";
import { swiftSystem } from "./systems/swift/index.ts";
import type { SystemDefinition } from "./systems/system.ts";
import { vaultSystem } from "./systems/vault/index.ts";
import { vncSystem } from "./systems/vnc/index.ts";
import { vsphereSystem } from "./systems/vsphere/index.ts";
import { webSystem } from "./systems/web/index.ts";
import { webhookSystem } from "./systems/webhook/index.ts";

/** Every kind of system that an estate may declare, by its `type`. */
export const systemDefinitions: readonly SystemDefinition<never>[] = [
  sshSystem as SystemDefinition<never>,
  amtSystem as SystemDefinition<never>,
  vncSystem as SystemDefinition<never>,
  kubernetesSystem as SystemDefinition<never>,
  alertmanagerSystem as SystemDefinition<never>,
  vsphereSystem as SystemDefinition<never>,
  proxmoxSystem as SystemDefinition<never>,
  dnsSystem as SystemDefinition<never>,
  ovhSystem as SystemDefinition<never>,
  s3System as SystemDefinition<never>,
  swiftSystem as SystemDefinition<never>,
  webSystem as SystemDefinition<never>,
  webhookSystem as SystemDefinition<never>,
  fileStoreSystem as SystemDefinition<never>,
  dumpsSystem as SystemDefinition<never>,
  vaultSystem as SystemDefinition<never>,
];

/** The schema of each system type's entry in the estate file, by its `type`. */
export const systemConfigs = Object.fromEntries(systemDefinitions.map((each) => [each.type, each.config]));

/** The identifier of the system that shows the bounce hosts themselves; not usable in an estate file. */
const bounceSystem = "bounces";

/** A system as an estate wants it; `text` is the same for the same configuration. */
export interface Wanted {
  definition: SystemDefinition<never>;
  config: unknown;
  text: string;
}

function makeWanted(definition: SystemDefinition<never>, config: unknown): Wanted {
  return { definition, config, text: JSON.stringify(config) };
}

/** The systems that an estate wants, by their identifiers, its bounce hosts among them. */
export function wantedSystems(
  estate: Estate,
  definitions: readonly SystemDefinition<never>[],
): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const bounces = bouncesAsHosts(estate);
  if (bounces) wanted.set(bounceSystem, makeWanted(sshSystem as SystemDefinition<never>, bounces));
  for (const [id, entry] of Object.entries(estate.systems)) {
    const definition = definitions.find((each) => each.type === entry.type);
    if (definition) wanted.set(id, makeWanted(definition, definition.config.parse(entry)));
  }
  return wanted;
}

/** The bounce hosts are Linux hosts too: shown, read and opened like any other. */
function bouncesAsHosts(estate: Estate): unknown {
  const hops = Object.entries(estate.reach.hops);
  if (hops.length === 0) return null;
  return sshSystemSchema.parse({ type: "ssh", hosts: Object.fromEntries(hops) });
}
