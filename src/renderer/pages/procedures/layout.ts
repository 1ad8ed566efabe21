import type { PlanNode } from "../../../shared/plan.ts";

/** A step's box, or the frame around the steps of a loop or a sub-procedure. Lengths are CSS pixels. */
export interface Box {
  node: PlanNode;
  frame: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** From the edge of one box to that of one that comes after it. */
export interface Line {
  from: string;
  to: string;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface Picture {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

const boxWidth = 184;
const boxHeight = 48;
const gap = 28;
const padding = 12;
const heading = 30;

interface Block {
  width: number;
  height: number;
  place(x: number, y: number): void;
}

type Direction = "down" | "across";

/**
 * Where the steps of a plan stand: each below what it needs, those that may be done at once beside each other; in a
 * loop a lane across for each item. A loop or a sub-procedure is a frame around its own steps.
 */
export function layOut(nodes: readonly PlanNode[]): Picture {
  const children = Map.groupBy(nodes, (node) => node.parent);
  const placed = new Map<string, Box>();
  const links: { from: string; to: string; direction: Direction }[] = [];

  function blockOf(node: PlanNode): Block {
    if (node.kind !== "forEach" && node.kind !== "procedure") {
      return {
        width: boxWidth,
        height: boxHeight,
        place: (x, y) =>
          placed.set(node.id, { node, frame: false, x, y, width: boxWidth, height: boxHeight }),
      };
    }
    const own = children.get(node.id) ?? [];
    const inside =
      node.kind === "forEach"
        ? stack(
            [...Map.groupBy(own, ({ item }) => item).values()].map((lane) => layers(lane, "across")),
            "down",
            gap / 2,
          )
        : layers(own, "down");
    const width = Math.max(boxWidth, inside.width) + 2 * padding;
    const height = inside.height + heading + padding;
    return {
      width,
      height,
      place: (x, y) => {
        placed.set(node.id, { node, frame: true, x, y, width, height });
        inside.place(x + padding, y + heading);
      },
    };
  }

  function layers(siblings: readonly PlanNode[], direction: Direction): Block {
    const ranks = new Map<string, number>();
    const ids = new Set(siblings.map(({ id }) => id));
    // A plan's nodes stand in an order in which each comes after all that it needs.
    for (const node of siblings) {
      const before = [...new Set([...node.needs, ...node.after])].filter((id) => ids.has(id));
      ranks.set(node.id, Math.max(-1, ...before.map((id) => ranks.get(id) ?? -1)) + 1);
      for (const from of before) links.push({ from, to: node.id, direction });
    }
    const rows = [...Map.groupBy(siblings, ({ id }) => ranks.get(id) ?? 0)].sort(([a], [b]) => a - b);
    const beside = direction === "down" ? "across" : "down";
    return stack(
      rows.map(([, row]) => stack(row.map(blockOf), beside, gap / 2)),
      direction,
      gap,
    );
  }

  const whole = layers(children.get(null) ?? [], "down");
  whole.place(0, 0);
  const lines = links.flatMap(({ from, to, direction }) => {
    const start = placed.get(from);
    const end = placed.get(to);
    return start && end ? [{ from, to, ...ends(start, end, direction) }] : [];
  });
  // Frames first, so that what is inside them is painted above them.
  const boxes = nodes.flatMap(({ id }) => placed.get(id) ?? []);
  return { boxes, lines, width: whole.width, height: whole.height };
}

function stack(blocks: readonly Block[], direction: Direction, between: number): Block {
  const down = direction === "down";
  const along = (block: Block) => (down ? block.height : block.width);
  const beside = (block: Block) => (down ? block.width : block.height);
  const length =
    blocks.reduce((sum, block) => sum + along(block), 0) + between * Math.max(0, blocks.length - 1);
  const breadth = Math.max(0, ...blocks.map(beside));
  return {
    width: down ? breadth : length,
    height: down ? length : breadth,
    place: (x, y) => {
      let offset = 0;
      for (const block of blocks) {
        block.place(down ? x : x + offset, down ? y + offset : y);
        offset += along(block) + between;
      }
    },
  };
}

function ends(start: Box, end: Box, direction: Direction): Pick<Line, "x1" | "y1" | "x2" | "y2"> {
  if (direction === "across") {
    const [y1, y2] = [
      start.y + Math.min(start.height, boxHeight) / 2,
      end.y + Math.min(end.height, boxHeight) / 2,
    ];
    return { x1: start.x + start.width, y1, x2: end.x, y2 };
  }
  const [x1, x2] = [start.x + Math.min(start.width, boxWidth) / 2, end.x + Math.min(end.width, boxWidth) / 2];
  return { x1, y1: start.y + start.height, x2, y2: end.y };
}

/** The box that an arrow key leads to from another: the nearest one in that direction. */
export function neighbour(boxes: readonly Box[], from: Box, key: string): Box | null {
  const [cx, cy] = [from.x + from.width / 2, from.y + from.height / 2];
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box === from) continue;
    const dx = box.x + box.width / 2 - cx;
    const dy = box.y + box.height / 2 - cy;
    const along = key === "ArrowRight" ? dx : key === "ArrowLeft" ? -dx : key === "ArrowDown" ? dy : -dy;
    const aside = key === "ArrowRight" || key === "ArrowLeft" ? Math.abs(dy) : Math.abs(dx);
    const distance = along + 2 * aside;
    if (along > 1 && distance < least) [best, least] = [box, distance];
  }
  return best;
}
