import { toOpsError } from "../../shared/errors.ts";
import { ActionRegistry } from "../actions/registry.ts";
import { AllowlistDesk } from "../allowlist/desk.ts";
import { CapacityEngine } from "../capacity/engine.ts";
import { hostRoom } from "../capacity/host-capacity.ts";
import { certificateActions } from "../certificates/actions/index.ts";
import { CertificateDesk } from "../certificates/desk.ts";
import { Fleet } from "../fleet.ts";
import { Inventory } from "../inventory/inventory.ts";
import { maintenanceActions } from "../maintenance/actions.ts";
import { MaintenanceMarks } from "../maintenance/maintenance.ts";
import { ProtectionEngine } from "../protection/engine.ts";
import { TopologyDesk } from "../topology/topology.ts";
import { keysInSecrets, ticketChannel, vaultSigner } from "./certificates.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Reach } from "./reach.ts";
import { vantageOf } from "./vantage.ts";

/** What is known of the estate's resources, what is worked out of that, and the systems that it is read from. */
export function openKnowledge(
  ground: Ground,
  declared: Declared,
  { reach, secrets, questions, vaults }: Reach,
) {
  const { endings, journal, now, options, record, report } = ground;
  const estate = () => declared.watcher.estate;
  const registry = new ActionRegistry();
  const inventory = endings.closing(
    new Inventory({ now, hasAction: (action, resource) => registry.find(action, resource) !== null }),
  );
  const maintenance = endings.closing(
    new MaintenanceMarks({
      record,
      journal,
      now,
      onChange: (marks, overdue) => inventory.setMaintenance({ marks, overdue }),
    }),
  );
  const capacity = endings.closing(new CapacityEngine({ inventory, estate }));
  const protection = endings.closing(
    new ProtectionEngine({
      inventory,
      estate,
      journal,
      now,
      onError: (thrown) => report(toOpsError(thrown, "protection")),
    }),
  );
  const certificates = endings.closing(
    new CertificateDesk({
      inventory,
      estate,
      journal,
      now,
      onError: (thrown) => report(toOpsError(thrown, "certificates")),
    }),
  );
  endings.add(reach.onSigned((signed) => certificates.takeSigned(signed)));
  const allowlists = endings.closing(new AllowlistDesk({ inventory }));
  const topology = endings.closing(new TopologyDesk({ inventory }));
  registry.register(
    maintenanceActions({
      marks: maintenance,
      resources: () => inventory.all(),
      roomWithoutHost: (host) => hostRoom(capacity, inventory, host),
      now,
    }),
  );
  const keys = keysInSecrets({ secrets, vaults, rules: () => estate()?.certificates });
  registry.register(
    certificateActions({
      desk: certificates,
      keys,
      signer: () => vaultSigner(estate()?.certificates, vaults),
      channel: () => ticketChannel(estate(), inventory, registry),
      now,
    }),
  );
  const fleet = endings.closing(
    new Fleet({
      reach,
      reachOf: (system) => certificates.reachOf(system, reach.of(system)),
      secrets,
      questions,
      vaults,
      keys,
      vantage: () => vantageOf(estate()?.reach, reach.status()),
      sink: inventory,
      estateFolder: declared.folder,
      now,
      registerActions: (actions, system) => registry.register(actions, system),
      onError: (system, thrown) => report(toOpsError(thrown, system)),
      ...(options.definitions && { definitions: options.definitions }),
    }),
  );
  return {
    registry,
    inventory,
    maintenance,
    capacity,
    protection,
    certificates,
    allowlists,
    topology,
    fleet,
  };
}

/** What `openKnowledge` opens. */
export type Knowledge = ReturnType<typeof openKnowledge>;
