import { type ObservedKind, observedKind, type UsualKind } from "../../kinds/kind.ts";
import { MoveGatherer, movePart } from "./moves.ts";
import { folders, moverPrefix, prefix } from "./names.ts";
import { SavedGatherer, savedPart } from "./points.ts";
import { seenLocation, seenSchedule } from "./schedules.ts";

const kind = (parts: UsualKind): ObservedKind => observedKind({ prefixes: [prefix], ...parts, extra: true });

const moves = (parts: UsualKind): ObservedKind =>
  kind({
    seldom: true,
    lookedAtWith: [folders.points],
    part: movePart,
    gatherer: (access) => new MoveGatherer(access),
    ...parts,
  });

/** What is read of Velero. Who may not read it is told so as of all that is an extra. */
export const veleroKinds: readonly ObservedKind[] = [
  kind({ folder: folders.schedules, plural: "schedules", see: seenSchedule }),
  kind({ folder: folders.locations, plural: "backupstoragelocations", see: seenLocation }),
  kind({
    folder: folders.points,
    plural: "backups",
    part: savedPart,
    gatherer: (access) => new SavedGatherer(access),
  }),
  moves({ folder: "velero-uploads", plural: "datauploads", prefixes: [moverPrefix] }),
  moves({ folder: "velero-volume-backups", plural: "podvolumebackups" }),
];
