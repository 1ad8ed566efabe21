import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/**
 * The facts of backups, whoever makes them: of a `restore-point`, of a `backup-policy`, and of what is backed up by its
 * own words. One view over all backups is worked out of these alone (main/protection).
 */
export const backupFacts = {
  /** Of a restore point: the identifier of the resource that it can bring back, or its name where nothing shows it. */
  "backup.of": { label: text("Backup of", "Sauvegarde de"), group: "identity", unit: "none" },
  /** The moment whose data it holds, not the one when it was finished. */
  "backup.madeAt": { label: text("Made at", "Faite le"), group: "maintenance", unit: "timestamp" },
  "backup.size": { label: text("Size", "Taille"), group: "storage", unit: "bytes" },
  "backup.state": {
    label: text("State of the backup", "État de la sauvegarde"),
    group: "maintenance",
    unit: "none",
    words: {
      good: text("good", "bonne"),
      partial: text("incomplete", "incomplète"),
      failed: text("failed", "échouée"),
      running: text("under way", "en cours"),
    },
  },
  "backup.storage": { label: text("Storage", "Stockage"), group: "storage", unit: "none" },
  "backup.volume": { label: text("Volume", "Volume"), group: "identity", unit: "none" },
  "backup.notes": { label: text("Notes", "Notes"), group: "identity", unit: "none" },
  /** Where it is kept, in words: a profile, storage location, bucket or folder. */
  "backup.location": { label: text("Kept at", "Conservée à"), group: "storage", unit: "none" },
  /** Whether that is at another site than what is backed up. */
  "backup.offSite": { label: text("Off-site copy", "Copie hors site"), group: "storage", unit: "none" },
  /** The identifier of the `backup-policy` that it was made by. */
  "backup.policy": { label: text("Policy", "Politique"), group: "identity", unit: "none" },
  "backup.expires": {
    label: text("Kept until", "Conservée jusqu'au"),
    group: "maintenance",
    unit: "timestamp",
  },
  "backup.protected": {
    label: text("Protected from pruning", "Protégée de la purge"),
    group: "maintenance",
    unit: "none",
  },
  "backup.verified": {
    label: text("Verification", "Vérification"),
    group: "maintenance",
    unit: "none",
    words: { ok: text("passed", "réussie"), failed: text("failed", "échouée") },
  },
  /** Of a place: that backups are kept there, so that its system has what makes them. */
  "backup.target": { label: text("Takes backups", "Reçoit des sauvegardes"), group: "storage", unit: "none" },
  /** Of a policy: as it is written, cron or systemd's calendar events, or a frequency such as `@daily`. */
  "backup.schedule": { label: text("Schedule", "Planification"), group: "system", unit: "none" },
  /** The time zone of the schedule, by its IANA name; UTC where it is left out. */
  "backup.zone": { label: text("Time zone", "Fuseau horaire"), group: "system", unit: "none" },
  /** The identifiers of what it protects. */
  "backup.protects": { label: text("Protects", "Protège"), group: "identity", unit: "none" },
  "backup.next": { label: text("Next run", "Prochaine exécution"), group: "maintenance", unit: "timestamp" },
  "backup.paused": { label: text("Paused", "Suspendue"), group: "system", unit: "none" },
  /** How long or how many are kept, in the words of its system. */
  "backup.keep": { label: text("Kept", "Rétention"), group: "system", unit: "none" },
  /** The same where it is a time. */
  "backup.keepFor": { label: text("Kept for", "Durée de rétention"), group: "system", unit: "seconds" },
  "backup.lastRun": {
    label: text("Last run", "Dernière exécution"),
    group: "maintenance",
    unit: "timestamp",
  },
  /** When its runs began that failed, as far as its system still tells of them: moments in ISO 8601. */
  "backup.failedRuns": {
    label: text("Failed runs", "Exécutions échouées"),
    group: "maintenance",
    unit: "none",
  },
  "backup.lastState": {
    label: text("Last run ended", "Issue de la dernière exécution"),
    group: "maintenance",
    unit: "none",
    words: {
      good: text("well", "réussie"),
      partial: text("incomplete", "incomplète"),
      failed: text("in a failure", "échouée"),
      running: text("under way", "en cours"),
    },
  },
} satisfies Record<string, FactDefinition>;

/** The facts of a `replication`, whoever replicates: VMs, volumes, databases, containers of objects. */
export const replicationFacts = {
  "replication.guest": { label: text("Replicates", "Réplique"), group: "identity", unit: "none" },
  "replication.from": { label: text("From", "Depuis"), group: "reach", unit: "none" },
  "replication.to": { label: text("To", "Vers"), group: "reach", unit: "none" },
  "replication.schedule": { label: text("Schedule", "Planification"), group: "system", unit: "none" },
  /** How far the target is behind the source, as it was measured at `replication.measured`. */
  "replication.lag": { label: text("Behind by", "Retard"), group: "maintenance", unit: "seconds" },
  "replication.measured": {
    label: text("Measured at", "Mesuré le"),
    group: "maintenance",
    unit: "timestamp",
  },
  "replication.last": {
    label: text("Last good run", "Dernière exécution réussie"),
    group: "maintenance",
    unit: "timestamp",
  },
  "replication.next": {
    label: text("Next run", "Prochaine exécution"),
    group: "maintenance",
    unit: "timestamp",
  },
  "replication.duration": { label: text("It took", "Durée"), group: "maintenance", unit: "seconds" },
  "replication.failures": {
    label: text("Failures in a row", "Échecs de suite"),
    group: "maintenance",
    unit: "count",
  },
} satisfies Record<string, FactDefinition>;
