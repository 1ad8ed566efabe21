import { bytesInWords, figure } from "../../shared/amount-words.ts";
import type { Parity } from "../../shared/capacity.ts";
import type { ParityRule } from "../../shared/estate-capacity.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { namesOf } from "./cluster-load.ts";
import type { HostRecord } from "./records.ts";

type Side = Parity["sides"][number];

/** Sums that differ by less than this share are the same: firmware keeps a little memory for itself. */
const tolerance = 0.01;

/** Whether two sites hold the same hosts, those that are out included; `siteName` is what each is called. */
export function parityOf(
  { name, by, sites }: ParityRule,
  hosts: readonly HostRecord[],
  siteName: (id: string) => string,
): Parity {
  const at = sites.map((site) => hosts.filter((host) => host.site === site));
  const sides = sites.map((site, index) => sideOf(site, at[index] ?? []));
  const [one, other] = sides;
  const told = (verdict: Parity["verdict"], words: LocalText): Parity => ({
    name,
    by,
    sides,
    verdict,
    text: words,
  });
  const empty = sides.find((side) => side.hosts === 0);
  if (!one || !other || empty) {
    const where = siteName(empty?.site ?? "");
    return told(
      "unknown",
      text(`No hypervisor host is known at ${where}.`, `Aucun hôte d'hyperviseur n'est connu à ${where}.`),
    );
  }
  const untold = at
    .flat()
    .filter(({ fresh, cores, memory, model }) =>
      by === "hosts" ? !fresh || model === null : !fresh || cores === null || memory === null,
    );
  if (untold.length > 0) {
    const names = namesOf(untold.map((host) => host.name));
    return told(
      "unknown",
      text(
        `It cannot be told: ${names.en} not read lately, or without figures.`,
        `On ne peut pas le dire : ${names.fr} sans lecture récente, ou sans chiffres.`,
      ),
    );
  }
  const drift = by === "hosts" ? driftOfHosts(one, other) : driftOfSums(one, other);
  const [here, there] = [siteName(one.site), siteName(other.site)];
  if (drift === null) {
    return told("ok", text(`${here} and ${there} hold the same.`, `${here} et ${there} se valent.`));
  }
  return told(
    "exceeded",
    text(
      `${there} does not hold what ${here} holds: ${drift.en}.`,
      `${there} ne vaut pas ${here} : ${drift.fr}.`,
    ),
  );
}

function sideOf(site: string, hosts: readonly HostRecord[]): Side {
  const models: Record<string, number> = {};
  for (const { model } of hosts) if (model !== null) models[model] = (models[model] ?? 0) + 1;
  const sum = (of: "cores" | "memory") =>
    hosts.reduce<number | null>((all, host) => {
      const value = host[of];
      return all === null || value === null ? null : all + value;
    }, 0);
  return { site, hosts: hosts.length, cores: sum("cores"), memory: sum("memory"), models };
}

/** What the other side has less and more of, by model; null: the same. */
function driftOfHosts(one: Side, other: Side): LocalText | null {
  const models = [...new Set([...Object.keys(one.models), ...Object.keys(other.models)])].sort();
  const parts = models.flatMap((model) => {
    const difference = (other.models[model] ?? 0) - (one.models[model] ?? 0);
    if (difference === 0) return [];
    const count = Math.abs(difference);
    return difference < 0
      ? [text(`${count} × ${model} too few`, `${count} × ${model} en moins`)]
      : [text(`${count} × ${model} more`, `${count} × ${model} en plus`)];
  });
  return joined(parts);
}

function driftOfSums(one: Side, other: Side): LocalText | null {
  const parts: LocalText[] = [];
  if (differ(one.cores, other.cores)) {
    const [here, there] = [figure(one.cores ?? 0), figure(other.cores ?? 0)];
    parts.push(text(`${there.en} cores for ${here.en}`, `${there.fr} cœurs pour ${here.fr}`));
  }
  if (differ(one.memory, other.memory)) {
    const [here, there] = [bytesInWords(one.memory ?? 0), bytesInWords(other.memory ?? 0)];
    parts.push(text(`${there.en} of memory for ${here.en}`, `${there.fr} de mémoire pour ${here.fr}`));
  }
  return joined(parts);
}

function differ(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return true;
  return Math.abs(one - other) > Math.max(one, other) * tolerance;
}

function joined(parts: readonly LocalText[]): LocalText | null {
  if (parts.length === 0) return null;
  return text(parts.map(({ en }) => en).join(", "), parts.map(({ fr }) => fr).join(", "));
}
