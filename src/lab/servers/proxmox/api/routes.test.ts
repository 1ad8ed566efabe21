import { expect, it } from "vitest";
import { publishedMethods, withoutNames } from "../../../../main/systems/proxmox/testing/published-schema.ts";
import { routes } from "./routes.ts";

/** What no longer stands in the published schema of version 9, and did in that of version 8. */
const ofVersionEight = new Set(["GET /cluster/ha/groups"]);

const published = new Map(
  publishedMethods().map(({ method, path, parameters }) => [`${method} ${path}`, new Set(parameters)]),
);

it("has no method, no path and no parameter that Proxmox does not publish", () => {
  expect(published.size).toBeGreaterThan(500);
  const unknown: string[] = [];
  for (const { method, path, parameters = {} } of routes) {
    const name = `${method} ${withoutNames(path)}`;
    const known = published.get(name);
    if (!known) {
      if (!ofVersionEight.has(name)) unknown.push(name);
      continue;
    }
    const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, place]) => place);
    for (const parameter of Object.keys(parameters)) {
      if (!known.has(parameter) && !places.includes(parameter)) unknown.push(`${name} ${parameter}`);
    }
  }
  expect(unknown).toEqual([]);
});

it("has each method of a path once in a version", () => {
  const names = routes.map(({ method, path, only = 0 }) => `${method} ${path} ${only}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
