// @vitest-environment jsdom
import { screen, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { praView } from "../pages/pra/testing/plans.ts";
import { openWindow } from "../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

it("a plan that is still being read has no percentage in the navigation, and one once it was evaluated", async () => {
  const none = { figure: null, evaluatedAt: null, counts: { blocked: 0, unknown: 0, warning: 0, ready: 0 } };
  const plan = praView();
  opened = openWindow("#/forwards", ({ pra }) =>
    pra.plans.set({ plans: [{ ...plan, readiness: { ...plan.readiness, ...none } }] }),
  );
  const navigation = within(await screen.findByRole("navigation", { name: "Navigation" }));
  const entry = await navigation.findByRole("link", { name: /being read/ });
  expect(entry.textContent).toMatch(/^PRA/);
  expect(entry.textContent).not.toContain("%");
  opened.console.pra.plans.set({ plans: [{ ...plan, readiness: { ...plan.readiness, figure: 61 } }] });
  expect((await navigation.findByRole("link", { name: /61\s%/ })).textContent).not.toContain("being read");
});

it("an estate without plans has neither", async () => {
  opened = openWindow("#/forwards");
  const navigation = within(await screen.findByRole("navigation", { name: "Navigation" }));
  expect(navigation.queryByText("being read")).toBeNull();
});
