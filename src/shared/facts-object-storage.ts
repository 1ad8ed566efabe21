import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of buckets and containers of object storage. */
export const objectStorageFacts = {
  "objects.count": { label: text("Objects", "Objets"), group: "storage", unit: "count" },
  "objects.bytes": {
    label: text("Size of the objects", "Taille des objets"),
    group: "storage",
    unit: "bytes",
  },
  "s3.bucket": { label: text("Bucket", "Compartiment"), group: "identity", unit: "none" },
  "s3.prefix": { label: text("Prefix", "Préfixe"), group: "identity", unit: "none" },
  "s3.buckets": { label: text("Buckets", "Compartiments"), group: "storage", unit: "count" },
  /** Whether there are more objects than were looked through. */
  "s3.cut": { label: text("Listing cut short", "Énumération écourtée"), group: "storage", unit: "none" },
  "s3.newest": {
    label: text("Newest object", "Objet le plus récent"),
    group: "maintenance",
    unit: "timestamp",
  },
  "s3.newestAge": {
    label: text("Age of the newest object", "Âge de l'objet le plus récent"),
    group: "maintenance",
    unit: "seconds",
  },
  "s3.newestName": {
    label: text("Name of the newest object", "Nom de l'objet le plus récent"),
    group: "maintenance",
    unit: "none",
  },
  "s3.versioning": {
    label: text("Versioning", "Gestion des versions"),
    group: "system",
    unit: "none",
    words: {
      on: text("on", "activée"),
      suspended: text("suspended", "suspendue"),
      off: text("off", "désactivée"),
    },
  },
  "s3.lock": {
    label: text("Object lock", "Verrouillage des objets"),
    group: "system",
    unit: "none",
    words: {
      compliance: text("compliance", "conformité"),
      governance: text("governance", "gouvernance"),
      "no-default": text("on, without a default retention", "activé, sans rétention par défaut"),
      off: text("off", "désactivé"),
    },
  },
  "s3.lockFor": { label: text("Locked for", "Verrouillé pendant"), group: "system", unit: "seconds" },
  "swift.end": { label: text("End", "Extrémité"), group: "identity", unit: "none" },
  "swift.account": { label: text("Account", "Compte"), group: "identity", unit: "none" },
  "swift.containers": { label: text("Containers", "Conteneurs"), group: "storage", unit: "count" },
  "swift.policy": { label: text("Storage policy", "Politique de stockage"), group: "storage", unit: "none" },
  /** Where a container is copied to, as Swift has it. */
  "swift.syncTo": { label: text("Copied to", "Copié vers"), group: "reach", unit: "none" },
} satisfies Record<string, FactDefinition>;
