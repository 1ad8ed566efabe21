import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults } from "./support/accessibility.ts";

/** The node with a pod under a budget that allows no disruption. */
const node = "build-1";
const drainOf = `#/drain/${encodeURIComponent(`atelier-kubernetes/nodes/${node}`)}` as const;

test("a drain held by a budget says why, survives leaving the page, and is taken back", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await window
    .getByRole("navigation")
    .getByRole("link", { name: /^Clusters/ })
    .click();
  await main.getByRole("link", { name: "atelier-kubernetes" }).click();
  await expect(main.getByRole("region", { name: "atelier-kubernetes at a glance" })).toBeVisible();
  await main.getByRole("tab", { name: /^Nodes 8/ }).click();
  await main.getByRole("link", { name: node }).click();
  await expect(main.getByRole("link", { name: node })).toHaveAttribute("href", `#/resource/${node}`);
  await main.getByRole("button", { name: "Drain" }).click();
  await expect(main.getByRole("heading", { name: `Drain ${node}` })).toBeVisible();
  await expect(main.getByText("1 pod would have to wait")).toBeVisible();
  await expect(
    main.getByText(/Blocked by PodDisruptionBudget license-server: 0 allowed/).first(),
  ).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);

  for (const box of await main.getByRole("checkbox").all()) await box.check();
  await main.getByRole("textbox", { name: "Reason" }).fill("test of a budget");
  await main.getByRole("button", { name: `Drain ${node}` }).click();
  const held = main.getByText("1 pod waits");
  await expect(held).toBeVisible();
  await expect(main.getByText(/Held by its PodDisruptionBudget: .*license-server/).first()).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);

  await visit(window, "#/pods");
  await expect(main.getByRole("heading", { name: "Pods" })).toBeVisible();
  await window.reload();
  await visit(window, drainOf);
  await expect(held).toBeVisible();
  await main.getByRole("button", { name: "Pause" }).click();
  await expect(main.getByText("paused", { exact: true })).toBeVisible();
  await main.getByRole("button", { name: "Abort and uncordon" }).click();
  await expect(main.getByText("ended", { exact: true })).toBeVisible();
  await expect(main.getByText(/1 pod waits/)).toBeVisible();
  await main.getByRole("link", { name: `To the node ${node}` }).click();
  await expect(main.getByRole("row", { name: /^Cordoned no/ })).toBeVisible();
});

test("in French the lists of a cluster and a drain are French, and are moved in by keyboard", async ({
  window,
}) => {
  await window.getByRole("button", { name: /^Operator/ }).click();
  await window.getByText("Français").click();
  await window.keyboard.press("Escape");
  const main = window.getByRole("main");
  await visit(window, "#/pods?namespace=kube-system");
  await expect(main.getByRole("heading", { name: "Pods" })).toBeVisible();
  await expect(main.getByRole("button", { name: /^kube-system/ })).toHaveAttribute("aria-pressed", "true");
  await main.getByRole("button", { name: "Redémarrages" }).click();
  await expect(main.getByRole("columnheader", { name: "Redémarrages" })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  await visit(window, drainOf);
  await expect(main.getByRole("heading", { name: `Évacuer ${node}` })).toBeVisible();
  await expect(main.getByText("1 pod devrait attendre")).toBeVisible();
  const grid = main.getByRole("grid", { name: `Pods de ${node}` });
  await grid.getByRole("row").nth(1).focus();
  await window.keyboard.press("ArrowDown");
  await window.keyboard.press("Enter");
  await expect(main.getByText("S'exécute sur")).toBeVisible();
});
