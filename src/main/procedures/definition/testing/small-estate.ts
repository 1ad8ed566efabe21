import { z } from "zod";
import type { Resource } from "../../../../shared/resource.ts";
import { sameText, text } from "../../../../shared/text.ts";
import { type ActionCatalogue, catalogueOf } from "../catalogue.ts";
import type { PlannableAction, PlanParts } from "../planning/parts.ts";

type TestAction = PlannableAction & { kinds: readonly Resource["kind"][] };

function action(
  id: string,
  effect: "once" | "convergent",
  kinds: readonly Resource["kind"][],
  input: z.ZodType<Record<string, unknown>>,
  undo = false,
): TestAction {
  return {
    id,
    title: sameText(id),
    risk: "disruptive",
    effect,
    kinds,
    input,
    describe: (resource) => ({
      steps: [text(`Do ${id} on ${resource.name}.`, `Faire ${id} sur ${resource.name}.`)],
      proof: text("It shows.", "Cela se voit."),
      undo: undo ? text("It is taken back.", "On revient en arrière.") : null,
    }),
    ...(undo ? { undo: () => undefined } : {}),
  };
}

const none = z.strictObject({});
const movingGuests = z.object({
  limit: z.number(),
  containers: z.boolean(),
  localDisks: z.boolean(),
  withinLimits: z.boolean(),
});

/** Actions as systems bring them: one that takes effect once, others that may be repeated, one with an undo. */
export const smallActions: readonly TestAction[] = [
  action("ssh.reboot", "once", ["host", "vm"], none),
  action("ssh.run-command", "once", ["host", "vm"], z.strictObject({ command: z.string().min(1).max(500) })),
  action("amt.power-on", "once", ["host"], none),
  action("kubernetes.cordon", "convergent", ["node"], none, true),
  action("kubernetes.uncordon", "convergent", ["node"], none, true),
  action(
    "kubernetes.drain",
    "convergent",
    ["node"],
    z.object({ localData: z.boolean(), unmanaged: z.boolean(), minutes: z.int().max(720) }),
  ),
  action(
    "console.begin-maintenance",
    "convergent",
    ["host", "vm", "node"],
    z.object({
      reason: z.string(),
      duration: z.number(),
      onlyIfSpared: z.boolean().default(true),
    }),
    true,
  ),
  action("console.end-maintenance", "convergent", ["host", "vm", "node"], none, true),
  action("amt.cycle", "once", ["host"], none),
  ...["note-guests", "leave-maintenance", "host-reboot"].map((each) =>
    action(`vsphere.${each}`, each === "host-reboot" ? "once" : "convergent", ["host"], none),
  ),
  action(
    "vsphere.evacuate",
    "convergent",
    ["host"],
    z.object({ limit: z.number(), leaveToDrs: z.boolean() }),
    true,
  ),
  action("vsphere.return-vms", "convergent", ["host"], z.object({ limit: z.number() })),
  action("vsphere.enter-maintenance", "convergent", ["host"], z.object({ minutes: z.number() }), true),
  action("vault.seal", "convergent", ["service"], none),
  action(
    "ovh.allow-network",
    "once",
    ["service"],
    z.object({ network: z.string(), for: z.union([z.number(), z.literal("always")]), note: z.string() }),
    true,
  ),
  action("ovh.remove-network", "convergent", ["service"], none, true),
  action(
    "ovh.describe-network",
    "convergent",
    ["service"],
    z.object({ note: z.string(), for: z.union([z.number(), z.enum(["keep", "always"])]) }),
    true,
  ),
  action("proxmox.note-guests", "convergent", ["host"], none),
  ...["proxmox.evacuate", "proxmox.return-guests"].map((id) =>
    action(id, "convergent", ["host"], movingGuests, id === "proxmox.evacuate"),
  ),
  ...["proxmox.node-reboot", "proxmox.node-shutdown"].map((id) =>
    action(id, "once", ["host"], z.object({ withoutQuorum: z.boolean() })),
  ),
  action("lab.cordon", "convergent", ["host", "node"], none, true),
  action("lab.scale", "convergent", ["workload"], z.strictObject({ replicas: z.int().min(0).max(100) })),
];

export const smallCatalogue: ActionCatalogue = catalogueOf(smallActions);

/** A resource that was read just now and is well. */
export function resource(id: string, parts: Partial<Resource> = {}): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "towers",
    parent: null,
    site: "atelier",
    environment: "production",
    health: "ok",
    stale: false,
    seenAt: 1000,
    facts: {},
    problems: [],
    sources: { towers: { health: "ok", seenAt: 1000, error: null } },
    ...parts,
  };
}

const bootedAs = (value: string) => ({ "os.bootId": { value, source: "cluster", at: 1000 } });

/** What the estate has unless it is given otherwise. */
export const smallResources: readonly Resource[] = [
  resource("tower-a", { name: "Tower A" }),
  resource("tower-b", { name: "Tower B", health: "warning" }),
  resource("tower-c", { name: "Tower C", site: "annexe" }),
  resource("web-1", { kind: "vm", parent: "tower-a" }),
  resource("cluster/nodes/one", { kind: "node", name: "one", site: "annexe", facts: bootedAs("boot-1") }),
  resource("shop", { kind: "workload" }),
];

/** Three towers, a VM, a node and a workload, with the actions that fit their kinds. */
export function smallEstate(
  procedures: PlanParts["procedures"],
  known: readonly Resource[] = smallResources,
): PlanParts {
  return {
    procedures,
    action: (id, { kind }) =>
      smallActions.find((each) => each.id === id && each.kinds.includes(kind)) ?? null,
    resource: (id) => known.find((each) => each.id === id) ?? null,
    resources: () => known,
  };
}
