import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, layOut, neighbour } from "./layout.ts";
import { depthsOf } from "./plan-depths.ts";
import { actionNode, container } from "./testing/nodes.ts";

const boxOf = (boxes: readonly Box[], id: string): Box => {
  const found = boxes.find(({ node }) => node.id === id);
  if (!found) throw new Error(`no box ${id}`);
  return found;
};

describe("the picture of a plan", () => {
  it("puts each step below what it needs, and those that need the same beside each other", () => {
    const nodes = [
      actionNode("a"),
      actionNode("b", { needs: ["a"] }),
      actionNode("c", { after: ["a"] }),
      actionNode("d", { needs: ["b", "c"] }),
    ];
    const { boxes, lines } = layOut(nodes);
    const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => boxOf(boxes, id)) as [Box, Box, Box, Box];
    expect(b.y).toBe(c.y);
    expect(c.x).toBeGreaterThan(b.x + b.width);
    expect(b.y).toBeGreaterThan(a.y + a.height);
    expect(d.y).toBeGreaterThan(b.y + b.height);
    expect(lines.map(({ from, to }) => `${from} ${to}`)).toEqual(["a b", "a c", "b d", "c d"]);
  });

  it("gives each item of a loop a lane across, within the loop's frame", () => {
    const nodes = [
      container("round", ["x", "y"]),
      ...["x", "y"].flatMap((item) => [
        actionNode(`round[${item}]/one`, { parent: "round", item }),
        actionNode(`round[${item}]/two`, { parent: "round", item, needs: [`round[${item}]/one`] }),
      ]),
      actionNode("last", { needs: ["round"] }),
    ];
    const { boxes } = layOut(nodes);
    const [x1, x2] = [boxOf(boxes, "round[x]/one"), boxOf(boxes, "round[x]/two")];
    const [y1, frame] = [boxOf(boxes, "round[y]/one"), boxOf(boxes, "round")];
    expect(x2.y).toBe(x1.y);
    expect(x2.x).toBeGreaterThan(x1.x + x1.width);
    expect(y1.y).toBeGreaterThan(x1.y + x1.height);
    expect(boxOf(boxes, "last").y).toBeGreaterThan(frame.y + frame.height);
    expect(depthsOf(nodes).get("round[x]/one")).toBe(1);
  });

  it("is led through by the arrow keys, and stops at its edges", () => {
    const { boxes } = layOut([
      actionNode("a"),
      actionNode("b", { needs: ["a"] }),
      actionNode("c", { needs: ["a"] }),
    ]);
    const a = boxOf(boxes, "a");
    const down = neighbour(boxes, a, "ArrowDown");
    expect(down?.node.id).toBe("b");
    expect(neighbour(boxes, boxOf(boxes, "b"), "ArrowRight")?.node.id).toBe("c");
    expect(neighbour(boxes, boxOf(boxes, "c"), "ArrowRight")).toBeNull();
    expect(neighbour(boxes, a, "ArrowUp")).toBeNull();
  });

  it("never lays one step over another, and holds whatever is inside a frame within it", () => {
    const plan = fc
      .array(
        fc.record({
          parent: fc.nat(),
          loop: fc.boolean(),
          needs: fc.array(fc.nat(), { maxLength: 3 }),
          item: fc.nat(2),
        }),
        {
          maxLength: 25,
        },
      )
      .map((seeds) => {
        const made: ReturnType<typeof actionNode>[] = [];
        for (const [index, seed] of seeds.entries()) {
          const frames = made.filter(({ kind }) => kind === "forEach");
          const parent = frames[seed.parent % (frames.length + 1)]?.id ?? null;
          const item = parent === null ? null : `i${seed.item}`;
          const siblings = made.filter((one) => one.parent === parent && one.item === item);
          const needs =
            siblings.length === 0 ? [] : seed.needs.map((n) => siblings[n % siblings.length]?.id ?? "");
          const more = { parent, item, needs: [...new Set(needs)] };
          made.push(seed.loop ? container(`n${index}`, [], more) : actionNode(`n${index}`, more));
        }
        return made;
      });
    fc.assert(
      fc.property(plan, (nodes) => {
        const { boxes, width, height } = layOut(nodes);
        expect(boxes).toHaveLength(nodes.length);
        for (const box of boxes) {
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(
            true,
          );
          const { parent } = box.node;
          if (parent !== null) expect(contains(boxOf(boxes, parent), box)).toBe(true);
          for (const other of boxes) {
            if (other !== box && other.node.parent === parent) expect(overlap(box, other)).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function contains(frame: Box, box: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y > frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
