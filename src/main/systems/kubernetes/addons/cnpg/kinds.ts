import { type ObservedKind, observedKind, type UsualKind } from "../../kinds/kind.ts";
import { seenBackup, seenSchedule } from "./backups.ts";
import { DatabaseGatherer, databasePart } from "./databases.ts";
import { folders, prefix } from "./names.ts";

const kind = (parts: UsualKind): ObservedKind => observedKind({ prefixes: [prefix], ...parts, extra: true });

/** What is read of CloudNativePG. Who may not read it is told so as of all that is an extra. */
export const cnpgKinds: readonly ObservedKind[] = [
  kind({
    folder: folders.databases,
    plural: "clusters",
    lookedAtWith: [folders.databases, folders.replications],
    part: databasePart,
    gatherer: (access) => new DatabaseGatherer(access),
  }),
  kind({ folder: folders.schedules, plural: "scheduledbackups", see: seenSchedule }),
  kind({ folder: folders.points, plural: "backups", see: seenBackup }),
];
