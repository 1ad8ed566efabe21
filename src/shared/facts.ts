import { type LocalText, text } from "./text.ts";

export type FactUnit = "bytes" | "percent" | "seconds" | "timestamp" | "count" | "none";
export interface FactDefinition {
  label: LocalText;
  group: "identity" | "system" | "load" | "storage" | "maintenance" | "reach";
  unit: FactUnit;
}

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
  "power.state": { label: text("Power", "Alimentation"), group: "system", unit: "none" },
  "power.available": {
    label: text("Power changes offered", "Changements d'alimentation offerts"),
    group: "system",
    unit: "none",
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
  "amt.lastEvent": {
    label: text("Last entry in AMT's log", "Dernière entrée du journal d'AMT"),
    group: "maintenance",
    unit: "timestamp",
  },
  "amt.address": { label: text("AMT address", "Adresse AMT"), group: "reach", unit: "none" },
  "amt.via": { label: text("AMT reached through", "AMT atteint par"), group: "reach", unit: "none" },
} satisfies Record<string, FactDefinition>;
export type FactKey = keyof typeof factDefinitions;
