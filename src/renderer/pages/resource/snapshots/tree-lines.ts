import type { SnapshotRecord, SnapshotTree } from "../../../../shared/snapshots.ts";

/** One line of the drawn tree, top to bottom; `snapshot` is null on the line that says where the VM is now. */
export interface TreeLine {
  snapshot: SnapshotRecord | null;
  /** The column that it is drawn in; all columns before it go on below. */
  column: number;
  /** How deep it is in the tree, from 1. */
  level: number;
  /** Whether something of its own column is above or below it, and whether it branches off the column before. */
  above: boolean;
  below: boolean;
  branches: boolean;
  /** How many snapshots were taken on it, and on those. */
  later: number;
}

interface Node {
  snapshot: SnapshotRecord | null;
  children: Node[];
  later: number;
  hasNow: boolean;
}

/**
 * A tree of snapshots as lines: a chain stays in its column, of a fork the branch that the VM is in goes straight on and
 * the others stand to its right. A snapshot whose parent is not told of before it stands at the root.
 */
export function treeLines({ snapshots, current }: Pick<SnapshotTree, "snapshots" | "current">): TreeLine[] {
  const roots = nodesOf(snapshots, current);
  const lines: TreeLine[] = [];
  const waiting: Omit<TreeLine, "snapshot" | "below" | "later">[] = [];
  const nodes: Node[] = [];
  const push = (node: Node, place: (typeof waiting)[number]) => {
    nodes.push(node);
    waiting.push(place);
  };
  for (const root of roots.toReversed()) push(root, { column: 0, level: 1, above: false, branches: false });
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const place = waiting.pop();
    if (!place) break;
    const { snapshot, later } = node;
    const children = straightLast(node.children);
    lines.push({ snapshot, later, below: children.length > 0, ...place });
    // The last one out is the first one drawn.
    for (const [index, child] of [...children.entries()].reverse()) {
      const straight = index === children.length - 1;
      const column = straight ? place.column : place.column + 1;
      push(child, { column, level: place.level + 1, above: straight, branches: !straight });
    }
  }
  return lines;
}

function nodesOf(snapshots: readonly SnapshotRecord[], current: string | null): Node[] {
  const known = new Map<string, Node>();
  const roots: Node[] = [];
  for (const snapshot of snapshots) {
    if (known.has(snapshot.id)) continue;
    const node: Node = { snapshot, children: [], later: 0, hasNow: false };
    const parent = snapshot.parent === null ? undefined : known.get(snapshot.parent);
    known.set(snapshot.id, node);
    (parent?.children ?? roots).push(node);
  }
  const at = current === null ? undefined : known.get(current);
  at?.children.push({ snapshot: null, children: [], later: 0, hasNow: true });
  // Each stands after its parent: from the end, what is below is known before what is above.
  for (const node of [...known.values()].reverse()) {
    const own = node.children.filter(({ snapshot }) => snapshot !== null);
    node.later = own.reduce((sum, child) => sum + child.later + 1, 0);
    node.hasNow = node.children.some(({ hasNow }) => hasNow);
  }
  return roots;
}

/** The branch that leads to where the VM is comes last; without one the youngest. */
function straightLast(children: readonly Node[]): Node[] {
  return children.toSorted(
    (one, other) =>
      Number(one.hasNow) - Number(other.hasNow) ||
      (one.snapshot?.createdAt ?? 0) - (other.snapshot?.createdAt ?? 0),
  );
}

/** The widest column that is drawn; further ones would leave no room for words. */
export const lastColumn = 12;
