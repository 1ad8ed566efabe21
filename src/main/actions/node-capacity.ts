import type { Resource } from "../../shared/resource.ts";
import { type Language, type LocalText, text } from "../../shared/text.ts";

/** What is left to bear the load when a resource goes, with the figures it was judged by. */
export interface Remaining {
  enough: boolean;
  text: LocalText;
}

/** What a node has, and what is used of it; bytes and processors. */
const loads = [
  { used: "kubernetes.cpu", whole: "cpu.count", words: processors },
  { used: "kubernetes.memory", whole: "memory.total", words: memory },
] as const;

/**
 * Whether the other nodes of a cluster can bear what it bears now without this one. Only those count that were read
 * lately, are ready and take new pods. Where no use was measured, it is the number of them alone that is judged by.
 */
export function nodeCapacity(node: Resource, all: readonly Resource[]): Remaining {
  const others = all.filter(
    ({ kind, id, parent }) => kind === "node" && id !== node.id && parent === node.parent,
  );
  const serving = others.filter(
    ({ stale, facts }) =>
      !stale && facts["kubernetes.ready"]?.value === true && facts["kubernetes.cordoned"]?.value !== true,
  );
  const count = text(
    `Without ${node.name}, ${serving.length} of ${others.length} other nodes take its pods`,
    `Sans ${node.name}, ${serving.length} des ${others.length} autres nœuds prennent ses pods`,
  );
  if (serving.length === 0) return { enough: false, text: text(`${count.en}.`, `${count.fr}.`) };
  const figures = loads.map(({ used, whole, words }) => {
    const wanted = sum([node, ...serving], used);
    const room = sum(serving, whole);
    return wanted === null || room === null ? null : { enough: wanted <= room, words: words(wanted, room) };
  });
  const known = figures.filter((figure) => figure !== null);
  const words = (language: Language) =>
    known.length === 0
      ? text("; their load is not measured", " ; leur charge n'est pas mesurée")[language]
      : `${language === "fr" ? " : " : ": "}${known.map((figure) => figure.words[language]).join(", ")}`;
  return {
    enough: known.every((figure) => figure.enough),
    text: text(`${count.en}${words("en")}.`, `${count.fr}${words("fr")}.`),
  };
}

/** The sum of a fact; null where one of them does not have it. */
function sum(nodes: readonly Resource[], fact: string): number | null {
  let all = 0;
  for (const { facts } of nodes) {
    const value = facts[fact]?.value;
    if (typeof value !== "number") return null;
    all += value;
  }
  return all;
}

function processors(wanted: number, room: number): LocalText {
  return text(
    `${figure(wanted, "en")} of their ${figure(room, "en")} processors in use then`,
    `${figure(wanted, "fr")} de leurs ${figure(room, "fr")} processeurs alors occupés`,
  );
}

function memory(wanted: number, room: number): LocalText {
  const [less, more] = [wanted / 2 ** 30, room / 2 ** 30];
  return text(
    `${figure(less, "en")} of their ${figure(more, "en")} GiB of memory`,
    `${figure(less, "fr")} de leurs ${figure(more, "fr")} Gio de mémoire`,
  );
}

function figure(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}
