// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { sameText, text } from "../../../shared/text.ts";
import { structureFaults } from "../../testing/accessibility.ts";
import { emptyPlan } from "../../testing/empty-run.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

it("a plan says before its start what is missing, who could start it and who could approve", async () => {
  const missing = Array.from({ length: 7 }, (_, index) => ({
    node: `step-${index}`,
    title: sameText(`Step ${index}`),
    text: text("Ada does not have the role.", "Ada n'a pas le rôle."),
  }));
  opened = openWindow("#/procedures/round", (console) => {
    console.procedures.set({
      procedures: [
        {
          ...{ id: "round", origin: "estate", title: sameText("Round"), description: null, variables: {} },
          ...{ steps: 7, unavailable: null, lastRun: null },
        },
      ],
    });
    console.planned = { plan: { ...emptyPlan, hash: "f00d" }, problems: [], typeToConfirm: null };
    console.planRights = { missing, starters: [{ id: "bea", name: "Bea" }], approvers: [] };
  });
  fireEvent.click(await screen.findByRole("button", { name: "Make the plan" }));
  expect(await screen.findByText("You have no right to 7 steps of this plan")).toBeTruthy();
  expect(screen.getByText("Step 4")).toBeTruthy();
  expect(screen.queryByText("Step 5")).toBeNull();
  expect(screen.getByText("and 2 more")).toBeTruthy();
  expect(screen.getByText(/Who could start it: Bea\./)).toBeTruthy();
  expect(screen.getByText(/Who could approve at its gates: nobody\./)).toBeTruthy();
  expect(await structureFaults()).toEqual([]);
  const { console } = opened;
  console.planRights = { missing: [], starters: [{ id: "ada", name: "Ada" }], approvers: null };
  fireEvent.click(screen.getByRole("button", { name: "Make the plan" }));
  await waitFor(() => expect(screen.queryByText(/You have no right/)).toBeNull());
  expect(screen.queryByText(/Who could approve/)).toBeNull();
});
