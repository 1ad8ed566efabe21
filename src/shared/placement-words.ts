import { bytesInWords, figure } from "./amount-words.ts";
import type { Guest, HostRoom, Placement, PlacementLimits } from "./placement.ts";
import { limitsOf } from "./placement-bench.ts";
import { type LocalText, text } from "./text.ts";

const noHost = text("No other host takes VMs now.", "Aucun autre hôte n'accepte de VM actuellement.");
const mayGoNowhere = text(
  "It may go to none of the hosts that take VMs: its rules, its storage or its networks keep it away.",
  "Elle ne peut aller sur aucun des hôtes qui acceptent des VM : ses règles, son stockage ou ses réseaux l'en empêchent.",
);

/** Why a guest has no place, with the figures: what it needs, and the most that any host that it may go to has. */
export function whyNot(
  guest: Guest,
  hosts: readonly HostRoom[],
  limits: PlacementLimits,
  after: Placement["after"],
): LocalText {
  const taking = hosts.filter(({ accepts }) => accepts);
  const allowed = taking.filter(({ id }) => guest.mayGoTo === null || guest.mayGoTo.includes(id));
  if (taking.length === 0) return noHost;
  if (allowed.length === 0) return mayGoNowhere;
  const free = allowed.map((host) => {
    const most = limitsOf(host, limits);
    const bears = after.get(host.id);
    return {
      host: host.name,
      memory: most.memory - host.memoryUsed,
      vcpus: most.vcpus - host.vcpusUsed,
      memoryLeft: most.memory - (bears?.memory ?? host.memoryUsed),
      vcpusLeft: most.vcpus - (bears?.vcpus ?? host.vcpusUsed),
    };
  });
  const most = (of: "memory" | "vcpus" | "memoryLeft" | "vcpusLeft") =>
    free.reduce((best, each) => (each[of] > best[of] ? each : best));
  const [roomiest, fastest] = [most("memory"), most("vcpus")];
  if (roomiest.memory < guest.memory) {
    return tooLarge(bytesInWords(guest.memory), bytesInWords(Math.max(0, roomiest.memory)), roomiest.host);
  }
  if (fastest.vcpus < guest.vcpus) {
    return tooLarge(vcpusInWords(guest.vcpus), vcpusInWords(Math.max(0, fastest.vcpus)), fastest.host);
  }
  const memoryLeft = most("memoryLeft");
  if (memoryLeft.memoryLeft < guest.memory) {
    const left = bytesInWords(Math.max(0, memoryLeft.memoryLeft));
    return noneLeft(bytesInWords(guest.memory), left, memoryLeft.host);
  }
  const vcpusLeft = most("vcpusLeft");
  if (vcpusLeft.vcpusLeft < guest.vcpus) {
    const left = vcpusInWords(Math.max(0, vcpusLeft.vcpusLeft));
    return noneLeft(vcpusInWords(guest.vcpus), left, vcpusLeft.host);
  }
  const [memory, vcpus] = [bytesInWords(guest.memory), vcpusInWords(guest.vcpus)];
  return text(
    `It needs ${memory.en} and ${vcpus.en}; no host has both left.`,
    `Il lui faut ${memory.fr} et ${vcpus.fr} ; il ne reste les deux sur aucun hôte.`,
  );
}

function tooLarge(needs: LocalText, has: LocalText, host: string): LocalText {
  return text(
    `It needs ${needs.en}; the most that another host has free is ${has.en} (${host}).`,
    `Il lui faut ${needs.fr} ; aucun autre hôte n'a plus de ${has.fr} disponibles (${host}).`,
  );
}

function noneLeft(needs: LocalText, left: LocalText, host: string): LocalText {
  return text(
    `It needs ${needs.en}; once the others have moved, the most that is left is ${left.en} (${host}).`,
    `Il lui faut ${needs.fr} ; une fois les autres déplacées, il reste au plus ${left.fr} (${host}).`,
  );
}

function vcpusInWords(count: number): LocalText {
  const { en, fr } = figure(count);
  return text(`${en} vCPU${count === 1 ? "" : "s"}`, `${fr} vCPU`);
}
