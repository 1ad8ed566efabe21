import { expect, test } from "vitest";
import { followDrain } from "./drains.ts";

/** Something that tells of changes, and how many listen. */
class Feed {
  readonly listeners = new Set<() => void>();
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

test("a drain is followed from when its node is declared, over a change of its system, to the end", () => {
  const inventory = new Feed();
  let desk: Feed | null = null;
  let changes = 0;
  const end = followDrain(
    { drains: () => desk },
    inventory,
    "cluster/nodes/a",
  )(() => {
    changes += 1;
  });
  inventory.tell();
  expect(changes).toBe(0);

  const first = new Feed();
  desk = first;
  inventory.tell();
  inventory.tell();
  expect(changes).toBe(1);
  first.tell();
  expect(changes).toBe(2);

  const second = new Feed();
  desk = second;
  inventory.tell();
  first.tell();
  second.tell();
  expect(changes).toBe(4);

  end();
  inventory.tell();
  second.tell();
  expect(changes).toBe(4);
  expect([inventory, first, second].map(({ listeners }) => listeners.size)).toEqual([0, 0, 0]);
});
