import { bytesInWords, figure } from "../../shared/amount-words.ts";
import type { CapacityVerdict, Loss, PlacedVm } from "../../shared/capacity.ts";
import { type HostRoom, type Placement, place } from "../../shared/placement.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type Bound, type ClusterLoad, namesOf } from "./cluster-load.ts";

/**
 * What becomes of a cluster's VMs that are on when some of its hosts go: where each of them has a place on the hosts that
 * still serve. Those on hosts that are out already need one as well.
 */
export function lossOf(load: ClusterLoad, lost: ReadonlySet<string>): Loss {
  const { group, limits } = load;
  const serving = load.rooms.filter(({ id }) => !lost.has(id));
  const going = load.rooms.filter(({ id }) => lost.has(id));
  const ofLost = going.flatMap(({ id }) => load.guests.get(id) ?? []);
  const guests = [...ofLost, ...load.stranded];
  const placement = place(guests, serving, limits);
  const to = new Map(placement.moves.map((move) => [move.guest, move.to]));
  const why = new Map(placement.unplaced.map((each) => [each.guest, each.why]));
  const vms = guests
    .map(({ id, name, from, memory, vcpus }): PlacedVm => {
      return { id, name, from, memory, vcpus, to: to.get(id) ?? null, why: why.get(id) ?? null };
    })
    .sort((one, other) => Number(one.to !== null) - Number(other.to !== null) || other.memory - one.memory);
  const hosts = group.hosts.filter(({ id }) => lost.has(id)).map(({ name }) => name);
  return {
    cluster: group.id,
    hosts: [...lost],
    verdict: verdictOf(load, placement),
    text: load.unknown ?? wordsOf(hosts, guests, vms, serving, placement, load),
    moving: vms.length,
    unplaced: placement.unplaced.length,
    vms,
    after: [...placement.after].map(([host, bears]) => ({ host, ...bears })),
  };
}

function verdictOf({ unknown }: ClusterLoad, { unplaced, proven }: Placement): CapacityVerdict {
  if (unknown !== null) return "unknown";
  if (unplaced.length === 0) return "ok";
  return proven ? "exceeded" : "warning";
}

function wordsOf(
  hosts: readonly string[],
  guests: readonly Bound[],
  vms: readonly PlacedVm[],
  serving: readonly HostRoom[],
  placement: Placement,
  load: ClusterLoad,
): LocalText {
  const gone = namesOf(hosts);
  const without = text(`Without ${gone.en}`, `Sans ${gone.fr}`);
  if (guests.length === 0) {
    return text(
      `${without.en}, no VM that is on needs another place.`,
      `${without.fr}, aucune VM allumée n'a besoin d'une autre place.`,
    );
  }
  const count = guests.length;
  const others = text(
    serving.length === 1 ? "the one other host" : `the other ${serving.length} hosts`,
    serving.length === 1 ? "le seul autre hôte" : `les ${serving.length} autres hôtes`,
  );
  if (serving.length === 0) {
    return text(
      `${without.en}, no host is left that takes VMs: ${count} need${count === 1 ? "s" : ""} a place.`,
      `${without.fr}, il ne reste aucun hôte qui accepte des VM : ${count} en ${count === 1 ? "a" : "ont"} besoin.`,
    );
  }
  const left = vms.filter(({ to }) => to === null);
  if (left.length === 0) {
    const all = text(
      count === 1 ? "its VM fits" : `all of its ${count} VMs fit`,
      count === 1 ? "sa VM tient" : `ses ${count} VM tiennent toutes`,
    );
    const then = fullest(serving, placement, load);
    return text(
      `${without.en}, ${all.en} on ${others.en}${then.en}.`,
      `${without.fr}, ${all.fr} sur ${others.fr}${then.fr}.`,
    );
  }
  const names = namesOf(left.map(({ name, memory }) => `${name} (${bytesInWords(memory).en})`)).en;
  const noms = namesOf(left.map(({ name, memory }) => `${name} (${bytesInWords(memory).fr})`)).fr;
  const fit = count - left.length;
  if (fit === 0) {
    const how = placement.proven
      ? text(count === 1 ? "does not fit" : "do not fit", count === 1 ? "ne tient pas" : "ne tiennent pas")
      : text("found no place", count === 1 ? "n'a pas trouvé de place" : "n'ont pas trouvé de place");
    return text(
      `${without.en}, ${names} ${how.en} on ${others.en}.`,
      `${without.fr}, ${noms} ${how.fr} sur ${others.fr}.`,
    );
  }
  const so = placement.proven
    ? text(
        `${names} ${left.length === 1 ? "does" : "do"} not`,
        `${noms} n'y ${left.length === 1 ? "tient" : "tiennent"} pas`,
      )
    : text(`no place was found for ${names}`, `aucune place n'a été trouvée pour ${noms}`);
  return text(
    `${without.en}, ${fit} of its ${count} VMs ${fit === 1 ? "fits" : "fit"} on ${others.en}; ${so.en}.`,
    `${without.fr}, ${fit} de ses ${count} VM ${fit === 1 ? "tient" : "tiennent"} sur ${others.fr} ; ${so.fr}.`,
  );
}

/** How full the fullest of them would be, where that says anything. */
function fullest(serving: readonly HostRoom[], { after }: Placement, { limits }: ClusterLoad): LocalText {
  let [most, name] = [-1, ""];
  for (const host of serving) {
    const full = (after.get(host.id)?.memory ?? 0) / (host.memory * limits.memoryRatio || 1);
    if (full > most) [most, name] = [full, host.name];
  }
  const percent = figure(Math.round(most * 100));
  return text(
    `; the fullest, ${name}, then has ${percent.en} % of its memory assigned`,
    ` ; le plus rempli, ${name}, a alors ${percent.fr} % de sa mémoire attribuée`,
  );
}
