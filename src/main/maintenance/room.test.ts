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
  expect(roomWithout(one, [one, two, three])).toMatchObject({
    enough: true,
    observed: { others: 2, taking: 2 },
  });
  const away = { ...two, maintenance };
  expect(roomWithout(one, [one, away, three]).text.en).toBe(
    "two of the same cluster is in maintenance already.",
  );
  const through = { id: "east/cluster", name: "east" };
  const whole = [two, three].map((each) => ({ ...each, maintenance: { ...maintenance, through } }));
  expect(roomWithout(one, [one, ...whole]).observed).toEqual({ others: 2, taking: 0 });
  const useless = [
    node("two", { "kubernetes.cordoned": true }),
    node("three", { "kubernetes.ready": false }),
    { ...node("four"), stale: true },
    { ...node("five"), parent: "west/cluster" },
  ];
  expect(roomWithout(one, [one, ...useless])).toMatchObject({ enough: false, observed: { taking: 0 } });
});

test("the pods of the node must find a place on the others", () => {
  const limited = (id: string, limit: number) => node(id, { "kubernetes.podLimit": limit });
  const [one, two] = [limited("one", 10), limited("two", 5)];
  const full = roomWithout(one, [one, two, ...pods("one", 4), ...pods("two", 2)]);
  expect(full).toMatchObject({ enough: false, observed: { podsNeeded: 4, podsFree: 3 } });
  expect(full.text.en).toContain("4 asked for here, 3 free there");
  expect(roomWithout(one, [one, two, ...pods("one", 3), ...pods("two", 2)]).enough).toBe(true);
});

test("what is asked for by requests must be free, where all nodes say what they have", () => {
  const sized = (id: string, has: number, asked: number) =>
    node(id, { "kubernetes.cpu": has, "kubernetes.cpuRequested": asked });
  const [one, two, three] = [sized("one", 8, 5), sized("two", 8, 6), sized("three", 8, 5.5)];
  expect(roomWithout(one, [one, two, three])).toMatchObject({
    enough: false,
    observed: { cpuNeeded: 5, cpuFree: 4.5 },
  });
  expect(roomWithout(one, [one, two, node("three")]).enough).toBe(true);
});
