import { expect, test } from "vitest";
import type { FactValue, Resource } from "../../shared/resource.ts";
import { roomWithout } from "./room.ts";

function resource(id: string, kind: Resource["kind"], facts: Record<string, FactValue>): Resource {
  return {
    id,
    kind,
    name: id,
    system: "east",
    parent: kind === "node" ? "east/cluster" : "east/namespaces/shop",
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 1,
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "east", at: 1 }]),
    ),
    problems: [],
    sources: {},
  };
}

const node = (id: string, facts: Record<string, FactValue> = {}) =>
  resource(id, "node", { "kubernetes.ready": true, "kubernetes.cordoned": false, ...facts });
const pods = (on: string, count: number) =>
  Array.from({ length: count }, (_, index) => resource(`${on}-${index}`, "pod", { "kubernetes.node": on }));
const maintenance = { since: 1, until: 2, by: "operator-b", reason: "", overdue: false, through: null };

test("another node in maintenance, or none that takes pods, is too little", () => {
  const [one, two, three] = [node("one"), node("two"), node("three")];
  expect(roomWithout(one, [one, two, three])).toMatchObject({ enough: true, observed: { others: 2 } });
  const away = { ...two, maintenance };
  expect(roomWithout(one, [one, away, three])).toMatchObject({
    enough: false,
    text: { en: "two of the same cluster is in maintenance already." },
  });
  const through = { id: "east/cluster", name: "east" };
  const whole = [two, three].map((each) => ({ ...each, maintenance: { ...maintenance, through } }));
  expect(roomWithout(one, [one, ...whole]).enough).toBe(true);
  const useless = [
    node("two", { "kubernetes.cordoned": true }),
    node("three", { "kubernetes.ready": false }),
    { ...node("four"), stale: true },
    { ...node("five"), parent: "west/cluster" },
  ];
  const none = roomWithout(one, [one, ...useless]);
  expect(none.enough).toBe(false);
  expect(none.text.en).toContain("0 of 3 other nodes");
});

test("the pods of the node must find a place on the others", () => {
  const limited = (id: string, limit: number) => node(id, { "kubernetes.podLimit": limit });
  const [one, two] = [limited("one", 10), limited("two", 5)];
  const full = roomWithout(one, [one, two, ...pods("one", 4), ...pods("two", 2)]);
  expect(full).toMatchObject({ enough: false, observed: { pods: 4, places: 3 } });
  expect(full.text.en).toContain("4 run here, 3 are free there");
  expect(roomWithout(one, [one, two, ...pods("one", 3), ...pods("two", 2)]).enough).toBe(true);
  expect(roomWithout(one, [one, node("two"), ...pods("one", 400)]).enough).toBe(true);
});

test("what is in use on the node must fit on the others", () => {
  const sized = (id: string, all: number, used: number) =>
    node(id, { "cpu.count": all, "kubernetes.cpu": used });
  const [one, two, three] = [sized("one", 8, 5), sized("two", 8, 6), sized("three", 8, 5.5)];
  expect(roomWithout(one, [one, two, three]).enough).toBe(false);
  expect(roomWithout(sized("one", 8, 4), [two, three]).enough).toBe(true);
});
