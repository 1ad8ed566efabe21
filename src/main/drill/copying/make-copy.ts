import { type EstateCopy, estateCopySchema, type SystemCopy } from "../../../shared/estate-copy.ts";
import { alertmanagerSystemSchema } from "../../../shared/systems/alertmanager.ts";
import { amtSystemSchema } from "../../../shared/systems/amt.ts";
import { dnsSystemSchema } from "../../../shared/systems/dns.ts";
import { fileStoreSystemSchema } from "../../../shared/systems/file-store.ts";
import { kubernetesSystemSchema } from "../../../shared/systems/kubernetes.ts";
import { proxmoxSystemSchema } from "../../../shared/systems/proxmox.ts";
import { s3SystemSchema } from "../../../shared/systems/s3.ts";
import { sshSystemSchema } from "../../../shared/systems/ssh.ts";
import { swiftSystemSchema } from "../../../shared/systems/swift.ts";
import { vncSystemSchema } from "../../../shared/systems/vnc.ts";
import { vsphereSystemSchema } from "../../../shared/systems/vsphere.ts";
import { webSystemSchema } from "../../../shared/systems/web.ts";
import { webhookSystemSchema } from "../../../shared/systems/webhook.ts";
import { dnsCopy } from "./dns.ts";
import { proxmoxCopy, vsphereCopy } from "./hypervisors.ts";
import { type Known, SystemKnown } from "./known.ts";
import { kubernetesCopy } from "./kubernetes.ts";
import { planShown, proceduresShown } from "./leave-out.ts";
import { alertmanagerCopy, amtCopy, sshCopy, vncCopy } from "./machines.ts";
import { s3Copy, swiftCopy } from "./object-storage.ts";
import { fileStoreCopy, webCopy, webhookCopy } from "./services.ts";

/** How a system of each type that the lab can show is copied; null where too little of it is known. */
type Copier = (config: unknown, known: SystemKnown, all: Known) => SystemCopy | null;
const copiers: Readonly<Record<string, Copier>> = {
  kubernetes: (config, known) => kubernetesCopy(kubernetesSystemSchema.parse(config), known),
  swift: (config, known) => swiftCopy(swiftSystemSchema.parse(config), known),
  s3: (config, known) => s3Copy(s3SystemSchema.parse(config), known),
  dns: (config, known, all) => dnsCopy(dnsSystemSchema.parse(config), known, all),
  web: (config, known) => webCopy(webSystemSchema.parse(config), known),
  webhook: (config) => webhookCopy(webhookSystemSchema.parse(config)),
  "file-store": (config, known) => fileStoreCopy(fileStoreSystemSchema.parse(config), known),
  ssh: (config, _known, all) => sshCopy(sshSystemSchema.parse(config), all),
  amt: (config, _known, all) => amtCopy(amtSystemSchema.parse(config), all),
  vnc: (config) => vncCopy(vncSystemSchema.parse(config)),
  alertmanager: (config) => alertmanagerCopy(alertmanagerSystemSchema.parse(config)),
  vsphere: (config, known) => vsphereCopy(vsphereSystemSchema.parse(config), known),
  proxmox: (config, known) => proxmoxCopy(proxmoxSystemSchema.parse(config), known),
};

/**
 * Copies an estate as it is known at `now` (epoch milliseconds), for a drill. What the lab cannot show is left out, with the
 * steps that need it, and named. Secrets, their references and ways to reach anything are not looked at.
 */
export function makeCopy(known: Known, now: number): EstateCopy {
  const { estate, resources } = known;
  const systems: Record<string, SystemCopy> = {};
  const leftOut: EstateCopy["leftOut"] = { systems: [], resources: [], steps: [] };
  for (const [id, config] of Object.entries(estate.systems)) {
    const copier = Object.hasOwn(copiers, config.type) ? copiers[config.type] : undefined;
    const copy = copier?.(config, new SystemKnown(id, resources), known) ?? null;
    if (copy) systems[id] = copy;
    else leftOut.systems.push({ id, type: config.type });
  }
  leftOut.resources = partsLeftOut(known, systems);
  const gone = new Set(leftOut.resources);
  const systemsGone = new Set(leftOut.systems.map(({ id }) => id));
  const isShown = (reference: string) =>
    !gone.has(reference) && !systemsGone.has(reference.split("/", 1)[0] ?? "");
  // What an action begins with is the type of the systems that have it.
  const types = new Set(Object.values(systems).map(({ type }) => type as string));
  const typesGone = new Set(leftOut.systems.map(({ type }) => type).filter((type) => !types.has(type)));
  const isDone = (action: string) => !typesGone.has(action.split(".", 1)[0] ?? "");
  const { procedures, steps } = proceduresShown(estate.procedures, isShown, isDone);
  leftOut.steps = steps;
  const plans = Object.entries(estate.plans)
    .filter(([, { directions }]) =>
      [directions.bascule, directions.return].every(
        ({ procedure }) =>
          Object.hasOwn(procedures, procedure) || !Object.hasOwn(estate.procedures, procedure),
      ),
    )
    .map(([id, plan]) => [id, planShown(plan, isShown, Object.keys(procedures))] as const);
  return estateCopySchema.parse({
    passerelleCopy: 1,
    name: estate.name,
    madeAt: now,
    environments: estate.environments,
    sites: estate.sites,
    operators: estate.operators,
    plans: Object.fromEntries(plans),
    procedures,
    systems,
    leftOut,
  });
}

/** Parts of systems that are shown, which themselves are not: what the estate declares, and what was seen of hypervisors. */
function partsLeftOut({ estate, resources }: Known, systems: Readonly<Record<string, SystemCopy>>): string[] {
  return Object.entries(systems).flatMap(([id, copy]) => {
    if (copy.type === "vsphere") {
      const hosts = copy.hosts.map(({ key }) => `hosts/${encodeURIComponent(key)}`);
      const guests = copy.guests.map(({ key }) => `vms/${encodeURIComponent(key)}`);
      return unshown(id, ["hosts", "vms"], new Set([...hosts, ...guests]), resources);
    }
    if (copy.type === "proxmox") {
      return unshown(id, ["vms"], new Set(copy.guests.map(({ key }) => `vms/${key}`)), resources);
    }
    const config = estate.systems[id] ?? {};
    const shown = copy.type === "web" ? copy.checks : copy.type === "file-store" ? copy.jobs : null;
    const key = copy.type === "web" ? "checks" : "jobs";
    const declared = key in config ? Object.keys(Object(config[key as keyof typeof config])) : [];
    return shown === null
      ? []
      : declared.filter((name) => !Object.hasOwn(shown, name)).map((name) => `${id}/${name}`);
  });
}

function unshown(
  system: string,
  kinds: readonly string[],
  shown: ReadonlySet<string>,
  resources: Known["resources"],
): string[] {
  const known = new SystemKnown(system, resources);
  return kinds.flatMap((kind) =>
    known
      .below(`${kind}/`)
      .flatMap(({ rest, resource }) => (shown.has(`${kind}/${rest}`) ? [] : resource.id)),
  );
}
