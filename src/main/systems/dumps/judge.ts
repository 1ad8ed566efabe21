import type { FactValue, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { ListedServer } from "../listed-servers.ts";
import { type Copies, type Dump, type DumpSet, gapsIn } from "./dump-set.ts";

const tellsAfter = 1.5;
const gravelyAfter = 2.5;
/** Of the usual size; a dump that is smaller has probably lost something. */
const suspiciousShare = 0.5;

/** The facts of a set. */
export function setFacts(
  set: DumpSet,
  dumps: readonly Dump[],
  copies: readonly Copies[],
  now: number,
): Record<string, FactValue> {
  const { config, keep } = set;
  const [newest] = dumps;
  const free = copies.flatMap(({ listing }) =>
    listing?.state === "listed" ? (listing.freeBytes ?? []) : [],
  );
  return {
    "backup.schedule": config.schedule ?? `@every ${config.every}`,
    ...(config.timeZone === undefined ? {} : { "backup.zone": config.timeZone }),
    "backup.protects": config.of === undefined ? [] : [config.of],
    "backup.keep": config.keep,
    "backup.keepFor": keep / 1000,
    "backup.location": config.directory,
    "backup.lastRun": newest?.madeAt ?? null,
    "backup.lastState": newest?.state ?? null,
    "dumps.count": dumps.length,
    "dumps.size": dumps.reduce((sum, { size }) => sum + size, 0),
    "dumps.newest": newest?.madeAt ?? null,
    "dumps.oldest": dumps.at(-1)?.madeAt ?? null,
    "dumps.missing": gapsIn(set, dumps, now).reduce((sum, { missing }) => sum + missing, 0),
    "dumps.servers": set.servers.map(({ name }) => name),
    "dumps.free": free.length > 0 ? Math.min(...free) : null,
  };
}

/** What is wrong with a set. */
export function setProblems(
  set: DumpSet,
  dumps: readonly Dump[],
  copies: readonly Copies[],
  now: number,
): Problem[] {
  const { name, config, every } = set;
  const problems: Problem[] = copies.flatMap(({ server, listing, error }) =>
    serverProblem(set, server, listing?.state, error),
  );
  const add = (code: string, health: Problem["health"], en: string, fr: string) =>
    problems.push({ code: `dumps.${code}`, health, text: text(en, fr) });
  const whole = dumps.filter(({ state }) => state === "good" || state === "partial");
  const [newest] = whole;
  if (!newest) {
    if (copies.some(({ listing }) => listing?.state === "listed")) {
      add(
        "none",
        "critical",
        `There is no whole dump of ${name}.`,
        `Il n'existe aucun export complet de ${name}.`,
      );
    }
    return problems;
  }
  const age = now - newest.madeAt;
  if (age > tellsAfter * every) {
    const hours = Math.round(age / 360_000) / 10;
    const health = age > gravelyAfter * every ? "critical" : "warning";
    add(
      "late",
      health,
      `The newest dump of ${name} is ${hours} h old; there should be one every ${config.every}.`,
      `Le dernier export de ${name} date de ${hours} h ; il devrait y en avoir un toutes les ${config.every}.`,
    );
  }
  const missing = gapsIn(set, dumps, now).reduce((sum, gap) => sum + gap.missing, 0);
  if (missing > 0) {
    add(
      "gaps",
      "warning",
      `In what is kept of ${name}, ${missing} dumps are missing.`,
      `Parmi les exports conservés de ${name}, il en manque ${missing}.`,
    );
  }
  if (dumps[0]?.state === "failed") {
    add(
      "failed",
      "critical",
      `The last dump of ${name} is empty or too small.`,
      `Le dernier export de ${name} est vide ou trop petit.`,
    );
  }
  const asked = copies.filter(({ listing }) => listing?.state === "listed").map(({ server }) => server);
  const without = asked.filter(({ id }) => !newest.on.some((server) => server.id === id));
  // A copy takes its time.
  if (without.length > 0 && now - newest.modifiedAt > every / 2) {
    const names = without.map((server) => server.name).join(", ");
    add(
      "not-replicated",
      "warning",
      `The newest dump of ${name} is not on ${names}, or not whole.`,
      `Le dernier export de ${name} n'est pas sur ${names}, ou y est incomplet.`,
    );
  }
  const usual = median(whole.slice(1, 30).map(({ size }) => size));
  if (usual !== null && newest.size < usual * suspiciousShare) {
    add(
      "shrunk",
      "warning",
      `The newest dump of ${name} has less than half of the usual size.`,
      `Le dernier export de ${name} fait moins de la moitié de la taille habituelle.`,
    );
  }
  return problems;
}

function serverProblem(
  { name, config }: DumpSet,
  server: ListedServer,
  state: "listed" | "missing" | "unreadable" | "unsaid" | undefined,
  error: Copies["error"],
): Problem[] {
  const of = (code: string, en: string, fr: string): Problem[] => [
    { code: `dumps.${code}`, health: "warning", text: text(en, fr) },
  ];
  if (error) {
    const { en, fr } = error.text;
    return of(
      "unread",
      `The dumps of ${name} on ${server.name} were not read: ${en}`,
      `Les exports de ${name} sur ${server.name} n'ont pas été lus : ${fr}`,
    );
  }
  if (state === "missing") {
    return of(
      "no-directory",
      `${server.name} does not have ${config.directory}.`,
      `${server.name} n'a pas ${config.directory}.`,
    );
  }
  if (state === "listed") return [];
  return of(
    "unreadable",
    `${config.directory} on ${server.name} cannot be read by the account.`,
    `Le compte ne peut pas lire ${config.directory} sur ${server.name}.`,
  );
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The facts of one dump; `verified` as it was checked last. */
export function dumpFacts(
  set: DumpSet,
  dump: Dump,
  verified: "ok" | "failed" | null,
): Record<string, FactValue> {
  const { config, keep, resource, servers } = set;
  const home = servers[0]?.site ?? null;
  const sites = dump.on.map(({ site }) => site);
  return {
    "backup.of": config.of ?? set.name,
    "backup.madeAt": dump.madeAt,
    "backup.size": dump.size,
    "backup.state": verified === "failed" ? "failed" : dump.state,
    "backup.location": dump.on.map(({ name }) => `${name}:${config.directory}`).join(", "),
    "backup.offSite": home === null ? null : sites.some((site) => site !== null && site !== home),
    "backup.policy": resource,
    "backup.expires": dump.madeAt + keep,
    "backup.verified": verified,
  };
}

/** What is wrong with one dump. */
export function dumpProblems({ state, name }: Dump, verified: "ok" | "failed" | null): Problem[] {
  const of = (code: string, en: string, fr: string): Problem[] => [
    { code: `dumps.${code}`, health: "critical", text: text(en, fr) },
  ];
  if (verified === "failed")
    return of(
      "corrupt",
      `${name} was checked and cannot be read.`,
      `${name} a été vérifié et n'est pas lisible.`,
    );
  if (state === "failed")
    return of("failed", `${name} is empty or too small.`, `${name} est vide ou trop petit.`);
  return [];
}
