import type { ClusterCapacity, Loss } from "../../shared/capacity.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type ClusterLoad, namesOf } from "./cluster-load.ts";
import { lossOf } from "./losses.ts";

/** Of a larger cluster the losses of several hosts at once are tried among so many of its largest. */
const mostTried = 12;

/** Whether so many hosts as the environment demands can be lost, whichever they are; `losses` are those of one each. */
export function spareOf(load: ClusterLoad, losses: readonly Loss[]): ClusterCapacity["spare"] {
  const { wanted, unknown, group, rooms } = load;
  const told = (verdict: ClusterCapacity["spare"]["verdict"], words: LocalText) => ({
    wanted,
    verdict,
    text: out(load, words),
  });
  if (unknown !== null) return { wanted, verdict: "unknown", text: unknown };
  if (wanted === 0) return told("ok", nothingDemanded);
  if (group.alone) return told("warning", standsAlone);
  if (rooms.length === 0) return told("exceeded", nobodyServes);
  const tried =
    wanted === 1
      ? losses
      : combinations(largest(load), Math.min(wanted, rooms.length)).map((lost) =>
          lossOf(load, new Set(lost)),
        );
  const failed = tried.filter(({ verdict }) => verdict !== "ok");
  const [worst] = failed.toSorted((one, other) => other.unplaced - one.unplaced);
  if (!worst) return told("ok", anyCanBeLost(wanted, rooms.length));
  const proven = failed.some(({ verdict }) => verdict === "exceeded");
  return told(proven ? "exceeded" : "warning", worst.text);
}

/** Those with the most memory, then with the most of it assigned: their loss is the hardest to bear. */
function largest({ rooms }: ClusterLoad): string[] {
  return rooms
    .toSorted((one, other) => other.memory - one.memory || other.memoryUsed - one.memoryUsed)
    .slice(0, mostTried)
    .map(({ id }) => id);
}

function combinations(of: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return of.flatMap((first, index) =>
    combinations(of.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

/** The words, after which hosts are out already: what is left is judged without them. */
function out({ out: hosts }: ClusterLoad, words: LocalText): LocalText {
  if (hosts.length === 0) return words;
  const names = namesOf(hosts.map(({ name }) => name));
  return text(
    `${names.en} ${hosts.length === 1 ? "is" : "are"} out already. ${words.en}`,
    hosts.length === 1
      ? `${names.fr} est déjà hors service. ${words.fr}`
      : `${names.fr} sont déjà hors service. ${words.fr}`,
  );
}

const nothingDemanded = text("No host to spare is demanded here.", "Aucun hôte de réserve n'est exigé ici.");
const standsAlone = text(
  "No other host stands beside it: its VMs have nowhere else to go.",
  "Aucun autre hôte n'est à ses côtés : ses VM ne peuvent aller nulle part ailleurs.",
);
const nobodyServes = text(
  "None of its hosts takes VMs now.",
  "Aucun de ses hôtes n'accepte de VM actuellement.",
);

function anyCanBeLost(wanted: number, hosts: number): LocalText {
  return wanted === 1
    ? text(
        `Any one of its ${hosts} hosts can be lost.`,
        `N'importe lequel de ses ${hosts} hôtes peut être perdu.`,
      )
    : text(
        `Any ${wanted} of its ${hosts} hosts can be lost at once.`,
        `${wanted} de ses ${hosts} hôtes, quels qu'ils soient, peuvent être perdus à la fois.`,
      );
}
