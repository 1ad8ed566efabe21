import fc from "fast-check";
import { expect, test } from "vitest";
import { allows, namespaceRulesOf } from "./namespace-rules.ts";
import { Rights, rights } from "./rights.ts";
import { access, clock, server } from "./testing/action-bench.ts";
import { refuse } from "./testing/fake-answers.ts";
import { quiet } from "./testing/surroundings.ts";

const restart = [rights.patchDeployments];
const rule = (verbs: string[], apiGroups: string[], resources: string[], resourceNames: string[] = []) => ({
  verbs,
  apiGroups,
  resources,
  resourceNames,
});
const reviews = (kind: string) => server.asked("POST", `/self${kind}reviews`).length;

test("what is allowed in the whole cluster is asked about once, and in no namespace", async () => {
  const mine = new Rights(access);
  await mine.refresh(quiet, ["shop"]);
  const asked = server.received.length;
  await mine.refresh(quiet, ["shop"]);
  expect(server.received).toHaveLength(asked);
  expect(mine.missing(restart, "shop")).toBeNull();
  expect(reviews("subjectrules")).toBe(0);
  clock.at += 600_000;
  await mine.refresh(quiet);
  expect(reviews("subjectaccess")).toBe(2 * Object.keys(rights).length);
});

test("what is allowed in a namespace alone is allowed there and nowhere else", async () => {
  server.denied.add("patch deployments");
  server.rules.resourceRules = [rule(["get", "patch"], ["apps"], ["deployments"])];
  const mine = new Rights(access);
  await mine.refresh(quiet, ["shop"]);
  expect(server.asked("POST", "/selfsubjectrulesreviews")[0]?.body).toMatchObject({
    spec: { namespace: "shop" },
  });
  expect(mine.missing(restart, "shop")).toBeNull();
  expect(mine.missing(restart)?.en).toContain("in the cluster (patch deployments.apps)");
  server.rules.resourceRules = [];
  await mine.refresh(quiet, ["billing"]);
  expect(mine.missing(restart, "billing")?.fr).toContain("l'espace de noms billing");
});

test("where the server cannot name all rules, or was not asked, it has the last word", async () => {
  server.denied.add("patch deployments");
  server.rules.incomplete = true;
  const mine = new Rights(access);
  await mine.refresh(quiet, ["shop"]);
  expect(mine.missing(restart, "shop")).toBeNull();
  expect(mine.missing(restart, "billing")).toBeNull();
});

test("a server that does not review leaves everything open", async () => {
  server.intercept.push(({ path }, response) => {
    if (!path.endsWith("reviews")) return false;
    refuse(response, 404, "NotFound", "no such path");
    return true;
  });
  const mine = new Rights(access);
  await mine.refresh(quiet, ["shop"]);
  expect(mine.missing(restart)).toBeNull();
});

test.each([
  [rule(["*"], ["*"], ["*"]), true],
  [rule(["patch"], ["apps"], ["deployments/scale"]), true],
  [rule(["patch"], ["apps"], ["*/scale"]), true],
  [rule(["patch"], ["apps"], ["deployments/scale"], ["api"]), true],
  [rule(["patch"], ["apps"], ["deployments"]), false],
  [rule(["patch"], ["extensions"], ["deployments/scale"]), false],
  [rule(["get"], ["apps"], ["deployments/scale"]), false],
])("the rule %j allows to scale: %s", (one, allowed) => {
  const review = { status: { resourceRules: [one] } };
  expect(allows(namespaceRulesOf(review), rights.scaleDeployments)).toBe(allowed);
});

test("whatever a review is, it is read or thrown away", () => {
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom("status", "resourceRules", "verbs", "a") }), (body) => {
      try {
        allows(namespaceRulesOf(body), rights.evict);
      } catch (error) {
        expect(error).toMatchObject({ name: "ZodError" });
      }
    }),
  );
});
