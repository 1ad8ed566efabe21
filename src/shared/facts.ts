import { alertFacts } from "./facts-alerts.ts";
import { allowlistFacts } from "./facts-allowlist.ts";
import { backupFacts, replicationFacts } from "./facts-backup.ts";
import { certificateFacts } from "./facts-certificate.ts";
import { dnsFacts } from "./facts-dns.ts";
import { dumpsFacts } from "./facts-dumps.ts";
import { fileStoreFacts } from "./facts-file-store.ts";
import { hypervisorFacts } from "./facts-hypervisor.ts";
import { kubernetesFacts } from "./facts-kubernetes.ts";
import { objectStorageFacts } from "./facts-object-storage.ts";
import { proxmoxFacts } from "./facts-proxmox.ts";
import { vaultFacts } from "./facts-vault.ts";
import { vsphereFacts } from "./facts-vsphere.ts";
import { webFacts } from "./facts-web.ts";
import { webhookFacts } from "./facts-webhook.ts";
import { type LocalText, text } from "./text.ts";

export type FactUnit = "bytes" | "percent" | "seconds" | "milliseconds" | "timestamp" | "count" | "none";
export interface FactDefinition {
  label: LocalText;
  group: "identity" | "system" | "load" | "storage" | "maintenance" | "reach";
  unit: FactUnit;
  /** Values that are words of a protocol, as they are written in each language. */
  words?: Readonly<Record<string, LocalText>>;
}

/** What AMT calls its power changes (CIM_PowerManagementService.RequestPowerStateChange). */
export const powerChangeWords: Readonly<Record<string, LocalText>> = {
  on: text("on", "allumage"),
  "light-sleep": text("light sleep", "veille légère"),
  "deep-sleep": text("deep sleep", "veille profonde"),
  cycle: text("power cycle", "arrêt puis rallumage"),
  "off-hard": text("off, hard", "extinction forcée"),
  hibernate: text("hibernate", "veille prolongée"),
  off: text("off", "extinction"),
  "cycle-hard": text("power cycle, hard", "arrêt puis rallumage forcé"),
  reset: text("reset", "réinitialisation"),
  interrupt: text("diagnostic interrupt", "interruption de diagnostic"),
  "graceful-off": text("graceful off", "arrêt propre"),
  "graceful-off-hard": text("graceful off, then hard", "arrêt propre, puis extinction"),
  "graceful-reset": text("graceful reset", "redémarrage propre"),
  "graceful-cycle": text("graceful power cycle", "arrêt propre puis rallumage"),
  "graceful-cycle-hard": text("graceful power cycle, then hard", "arrêt propre puis rallumage forcé"),
};

const switchWords = { on: text("on", "activé"), off: text("off", "désactivé") };

/** Every fact key a system may report, with its label, its group on the page and its unit. */
export const factDefinitions = {
  "reach.address": { label: text("Address", "Adresse"), group: "reach", unit: "none" },
  "reach.via": { label: text("Reached through", "Atteint par"), group: "reach", unit: "none" },
  "reach.hostKey": { label: text("Host key", "Clé d'hôte"), group: "reach", unit: "none" },
  "os.name": { label: text("Operating system", "Système"), group: "system", unit: "none" },
  "os.kernel": { label: text("Kernel", "Noyau"), group: "system", unit: "none" },
  "os.architecture": { label: text("Architecture", "Architecture"), group: "system", unit: "none" },
  "os.hostname": { label: text("Host name", "Nom d'hôte"), group: "identity", unit: "none" },
  "os.bootId": {
    label: text("Boot identifier", "Identifiant de démarrage"),
    group: "identity",
    unit: "none",
  },
  "os.bootedAt": { label: text("Booted at", "Démarré le"), group: "system", unit: "timestamp" },
  "cpu.count": { label: text("Processors", "Processeurs"), group: "load", unit: "count" },
  "load.one": { label: text("Load, 1 minute", "Charge, 1 minute"), group: "load", unit: "none" },
  "load.five": { label: text("Load, 5 minutes", "Charge, 5 minutes"), group: "load", unit: "none" },
  "load.fifteen": { label: text("Load, 15 minutes", "Charge, 15 minutes"), group: "load", unit: "none" },
  "memory.total": { label: text("Memory", "Mémoire"), group: "load", unit: "bytes" },
  "memory.available": { label: text("Memory available", "Mémoire disponible"), group: "load", unit: "bytes" },
  "memory.used": { label: text("Memory used", "Mémoire utilisée"), group: "load", unit: "percent" },
  "swap.used": { label: text("Swap used", "Échange utilisé"), group: "load", unit: "percent" },
  "disk.fullest": {
    label: text("Fullest file system", "Système de fichiers le plus plein"),
    group: "storage",
    unit: "percent",
  },
  "disk.fileSystems": { label: text("File systems", "Systèmes de fichiers"), group: "storage", unit: "none" },
  "raid.arrays": { label: text("RAID arrays", "Grappes RAID"), group: "storage", unit: "none" },
  "raid.state": { label: text("RAID state", "État du RAID"), group: "storage", unit: "none" },
  "smart.disks": { label: text("Disks (SMART)", "Disques (SMART)"), group: "storage", unit: "none" },
  "smart.state": { label: text("SMART state", "État SMART"), group: "storage", unit: "none" },
  "units.failed": { label: text("Failed units", "Unités en échec"), group: "maintenance", unit: "none" },
  "packages.manager": {
    label: text("Package manager", "Gestionnaire de paquets"),
    group: "maintenance",
    unit: "none",
  },
  "updates.pending": {
    label: text("Pending updates", "Mises à jour en attente"),
    group: "maintenance",
    unit: "count",
  },
  "updates.security": {
    label: text("Security updates", "Mises à jour de sécurité"),
    group: "maintenance",
    unit: "count",
  },
  "reboot.needed": {
    label: text("Reboot needed", "Redémarrage nécessaire"),
    group: "maintenance",
    unit: "none",
  },
  "reboot.reasons": {
    label: text("Reboot wanted by", "Redémarrage demandé par"),
    group: "maintenance",
    unit: "none",
  },
  "power.state": {
    label: text("Power", "Alimentation"),
    group: "system",
    unit: "none",
    words: {
      on: text("on", "allumée"),
      sleeping: text("asleep", "en veille"),
      hibernated: text("hibernated", "en veille prolongée"),
      off: text("off", "éteinte"),
      changing: text("changing", "en changement d'état"),
      suspended: text("suspended", "suspendue"),
    },
  },
  "power.saving": {
    label: text("Operating system's power saving", "Économie d'énergie du système"),
    group: "system",
    unit: "none",
    words: {
      awake: text("awake", "éveillé"),
      saving: text("modern standby", "veille moderne"),
    },
  },
  "power.available": {
    label: text("Power changes offered", "Changements d'alimentation offerts"),
    group: "system",
    unit: "none",
    words: powerChangeWords,
  },
  "hardware.manufacturer": { label: text("Manufacturer", "Fabricant"), group: "identity", unit: "none" },
  "hardware.model": { label: text("Model", "Modèle"), group: "identity", unit: "none" },
  "hardware.serial": { label: text("Serial number", "Numéro de série"), group: "identity", unit: "none" },
  "hardware.uuid": {
    label: text("Platform UUID", "UUID de la plate-forme"),
    group: "identity",
    unit: "none",
  },
  "hardware.board": { label: text("Board", "Carte mère"), group: "identity", unit: "none" },
  "hardware.bios": { label: text("BIOS", "BIOS"), group: "system", unit: "none" },
  "hardware.processor": { label: text("Processor", "Processeur"), group: "identity", unit: "none" },
  "hardware.memory": { label: text("Memory modules", "Barrettes mémoire"), group: "identity", unit: "none" },
  "hardware.disks": { label: text("Disks", "Disques"), group: "storage", unit: "none" },
  "amt.version": { label: text("AMT firmware", "Micrologiciel AMT"), group: "system", unit: "none" },
  "amt.edition": {
    label: text("AMT edition", "Édition d'AMT"),
    group: "system",
    unit: "none",
    words: {
      full: text("full AMT", "AMT complet"),
      standard: text("Standard Manageability (no screen)", "Standard Manageability (sans écran)"),
    },
  },
  "amt.controlMode": {
    label: text("AMT control mode", "Mode de contrôle AMT"),
    group: "system",
    unit: "none",
    words: {
      admin: text("admin control", "contrôle administrateur"),
      client: text("client control (consent for everything)", "contrôle client (accord pour tout)"),
      none: text("not set up", "non configuré"),
    },
  },
  "amt.consent": {
    label: text("User consent for", "Accord de l'utilisateur pour"),
    group: "system",
    unit: "none",
    words: {
      none: text("nothing", "rien"),
      kvm: text("the screen", "l'écran"),
      all: text("screen, serial console, boot options", "écran, console série, options de démarrage"),
    },
  },
  "amt.kvm": {
    label: text("AMT screen (KVM)", "Écran AMT (KVM)"),
    group: "system",
    unit: "none",
    words: { ...switchWords, "not-applicable": text("not available", "non disponible") },
  },
  "amt.serial": {
    label: text("AMT serial console (SOL)", "Console série AMT (SOL)"),
    group: "system",
    unit: "none",
    words: switchWords,
  },
  "amt.listener": {
    label: text("AMT redirection port", "Port de redirection AMT"),
    group: "system",
    unit: "none",
    words: { on: text("open", "ouvert"), off: text("closed", "fermé") },
  },
  "amt.reachableWhenOff": {
    label: text("AMT reachable when off", "AMT joignable à l'arrêt"),
    group: "system",
    unit: "none",
    words: {
      always: text("on mains and battery", "sur secteur et sur batterie"),
      mains: text("on mains", "sur secteur"),
      battery: text("on battery alone", "sur batterie seule"),
      never: text("no: the machine cannot be powered on", "non : la machine ne peut pas être allumée"),
    },
  },
  "amt.bootDevices": {
    label: text("One-time boot from", "Démarrage ponctuel sur"),
    group: "system",
    unit: "none",
    words: {
      bios: text("BIOS setup", "configuration du BIOS"),
      pxe: text("network (PXE)", "réseau (PXE)"),
      disk: text("disk", "disque"),
    },
  },
  "amt.lastEvent": {
    label: text("Last entry in AMT's log", "Dernière entrée du journal d'AMT"),
    group: "maintenance",
    unit: "timestamp",
  },
  "amt.address": { label: text("AMT address", "Adresse AMT"), group: "reach", unit: "none" },
  "amt.via": { label: text("AMT reached through", "AMT atteint par"), group: "reach", unit: "none" },
  ...alertFacts,
  ...kubernetesFacts,
  ...hypervisorFacts,
  ...vaultFacts,
  ...vsphereFacts,
  ...proxmoxFacts,
  ...backupFacts,
  ...replicationFacts,
  ...certificateFacts,
  ...dnsFacts,
  ...allowlistFacts,
  ...objectStorageFacts,
  ...dumpsFacts,
  ...fileStoreFacts,
  ...webFacts,
  ...webhookFacts,
} satisfies Record<string, FactDefinition>;
export type FactKey = keyof typeof factDefinitions;

const definitions: Record<string, FactDefinition> = factDefinitions;

/** A word of a protocol as it is written in both languages; null for a value that is not one of its key's words. */
export function factWords(key: string, value: string): LocalText | null {
  const words = definitions[key]?.words;
  return words && Object.hasOwn(words, value) ? (words[value] ?? null) : null;
}
