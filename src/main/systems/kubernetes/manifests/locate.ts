import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";

export type Step = string | number;
export interface Place {
  line: number;
  column: number;
}

/** Characters of a field that are read, as it comes from the far side. */
const longest = 2000;

/** The steps of a field as an API server names it: `spec.containers[0].resources.limits[cpu]`. */
export function stepsOf(field: string): Step[] {
  return [...field.slice(0, longest).matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([, inBrackets, word = ""]) => {
      if (inBrackets === undefined) return word;
      return /^\d{1,9}$/.test(inBrackets) ? Number(inBrackets) : inBrackets.replaceAll(/^["']|["']$/g, "");
    },
  );
}

/** The same the other way round. */
export function fieldOf(steps: readonly Step[]): string {
  return steps.reduce<string>((field, step) => {
    if (typeof step === "number" || !/^[\w-]+$/.test(step)) return `${field}[${step}]`;
    return field === "" ? step : `${field}.${step}`;
  }, "");
}

/** Where in a YAML text a field stands, or the innermost of those around it; lines and columns count from 1. */
export function locate(document: Document, lines: LineCounter, steps: readonly Step[]): Place {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  let index = 0;
  while (index < steps.length) {
    const next = inside(resolved(node, document), steps.slice(index));
    if (!next) break;
    node = next.node;
    offset = next.offset ?? offset;
    index += next.taken;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

interface Found {
  node: unknown;
  offset: number | undefined;
  taken: number;
}

function inside(node: unknown, steps: readonly Step[]): Found | null {
  const [step] = steps;
  if (isSeq(node)) {
    if (typeof step === "number" || /^\d+$/.test(String(step))) {
      const item = node.items[Number(step)];
      return item === undefined ? null : { node: item, offset: startOf(item), taken: 1 };
    }
    // A list's place may be left out, as in the errors of Go's JSON: the first that has the field is meant.
    const item = node.items.find((each) => isMap(each) && each.has(step));
    return item === undefined ? null : { node: item, offset: startOf(item), taken: 0 };
  }
  if (!isMap(node)) return null;
  // A key may have dots of its own: `metadata.annotations.shop.example/owner`.
  for (let taken = 1; taken <= steps.length; taken++) {
    const key = steps.slice(0, taken).join(".");
    const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === key);
    if (pair) return { node: pair.value, offset: startOf(pair.key), taken };
  }
  return null;
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range[0] : undefined;
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) && Array.isArray(node.range);
}
