import { parseDuration } from "../../../shared/estate-words.ts";
import type { FactValue, Problem } from "../../../shared/resource.ts";
import type { WatchedBucketConfig } from "../../../shared/systems/s3.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Contents, Lock, Versioning } from "./client.ts";

/** A bucket as it was read. */
export interface SeenBucket {
  bucket: string;
  wanted: WatchedBucketConfig;
  contents: Contents;
  /** Null where the service does not say. */
  versioning: Versioning | null;
  lock: Lock | null;
  /** Epoch milliseconds. */
  at: number;
}

/** The facts of a bucket; what it does not have, such as a prefix, is left out, and what is not told is null. */
export function bucketFacts({
  bucket,
  wanted,
  contents,
  versioning,
  lock,
  at,
}: SeenBucket): Record<string, FactValue> {
  const { newest } = contents;
  return {
    "s3.bucket": bucket,
    ...(wanted.prefix !== undefined && { "s3.prefix": wanted.prefix }),
    "objects.count": contents.objects,
    "objects.bytes": contents.bytes,
    "s3.cut": contents.cut,
    ...(newest && {
      "s3.newest": newest.at,
      "s3.newestAge": ageOf(newest.at, at),
      "s3.newestName": newest.name,
    }),
    "s3.versioning": versioning,
    "s3.lock": lock?.mode ?? null,
    ...(lock && "seconds" in lock && { "s3.lockFor": lock.seconds }),
    ...(wanted.protects.length > 0 && { "backup.protects": wanted.protects }),
  };
}

/** What of a bucket is otherwise than the estate wants it. */
export function bucketProblems(seen: SeenBucket): Problem[] {
  return [...ageProblems(seen), ...versioningProblems(seen), ...lockProblems(seen)];
}

/** Seconds; a service whose clock is ahead makes nothing younger than new. */
function ageOf(modifiedAt: number, now: number): number {
  return Math.max(0, Math.round((now - modifiedAt) / 1000));
}

function ageProblems({ wanted, contents, at }: SeenBucket): Problem[] {
  const within = wanted.newestWithin === undefined ? null : parseDuration(wanted.newestWithin);
  if (within === null) return [];
  const { newest, cut } = contents;
  const age = newest ? ageOf(newest.at, at) : null;
  if (age !== null && age * 1000 <= within) return [];
  if (cut) {
    return problem(
      "s3.newest-unknown",
      "unknown",
      text(
        `None of the first ${contents.objects} objects is as new as is wanted; there are more that were not looked through.`,
        `Aucun des ${contents.objects} premiers objets n'est aussi récent que demandé ; il y en a d'autres qui n'ont pas été examinés.`,
      ),
    );
  }
  if (age === null) {
    return problem("s3.empty", "critical", text("There is no object here.", "Il n'y a aucun objet ici."));
  }
  return problem(
    "s3.late",
    "critical",
    text(
      `The newest object is ${hours(age)} old; ${wanted.newestWithin} is allowed.`,
      `L'objet le plus récent a ${hours(age)} ; ${wanted.newestWithin} est admis.`,
    ),
  );
}

function versioningProblems({ wanted, versioning }: SeenBucket): Problem[] {
  if (!wanted.versioning || versioning === "on") return [];
  if (versioning === null) {
    return problem(
      "s3.versioning-unknown",
      "unknown",
      text(
        "The service does not say whether it keeps versions.",
        "Le service ne dit pas s'il conserve les versions.",
      ),
    );
  }
  return problem(
    "s3.not-versioned",
    "warning",
    text(
      "Versions are not kept here, though they should be.",
      "Les versions ne sont pas conservées ici, alors qu'elles devraient l'être.",
    ),
  );
}

function lockProblems({ wanted, lock }: SeenBucket): Problem[] {
  if (wanted.lock === undefined || wanted.lock === false) return [];
  if (lock === null) {
    return problem(
      "s3.lock-unknown",
      "unknown",
      text(
        "The service does not say whether objects are locked.",
        "Le service ne dit pas si les objets sont verrouillés.",
      ),
    );
  }
  if (!("seconds" in lock)) {
    return problem(
      "s3.not-locked",
      "warning",
      text(
        "Objects are not locked by default here, though they should be.",
        "Les objets ne sont pas verrouillés par défaut ici, alors qu'ils devraient l'être.",
      ),
    );
  }
  const least = typeof wanted.lock === "string" ? (parseDuration(wanted.lock) ?? 0) : 0;
  if (lock.seconds * 1000 >= least) return [];
  return problem(
    "s3.lock-short",
    "warning",
    text(
      `Objects are locked for ${hours(lock.seconds)} only; ${wanted.lock} is wanted.`,
      `Les objets ne sont verrouillés que pendant ${hours(lock.seconds)} ; ${wanted.lock} est demandé.`,
    ),
  );
}

function problem(code: string, health: Problem["health"], words: LocalText): Problem[] {
  return [{ code, health, text: words }];
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
