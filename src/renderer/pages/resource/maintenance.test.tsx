// @vitest-environment jsdom
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { ListRow } from "../../../shared/live.ts";
import type { Maintenance } from "../../../shared/maintenance.ts";
import { hostRow, rebootOffer } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const maintenance: Maintenance = {
  since: Date.now() - 3_600_000,
  until: Date.now() + 3_600_000,
  by: "operator-a",
  reason: "a new fan",
  overdue: false,
  through: null,
};

function open(place: string, row: Partial<ListRow> = {}) {
  opened = openWindow(place, (console) => {
    console.hosts.set([hostRow("tower-a", row)]);
  });
  return opened.console;
}

it("the header says since and until when it is in maintenance, by whom and what for, and that it is overdue", async () => {
  const console = open("#/resource/tower-a", { maintenance });
  const mark = await screen.findByText(/^in maintenance since .+ by operator-a \(until .+\)$/);
  expect(mark.getAttribute("title")).toContain("a new fan");
  const through = { id: "rack-1", name: "Rack 1" };
  act(() =>
    console.hosts.set([hostRow("tower-a", { maintenance: { ...maintenance, overdue: true, through } })]),
  );
  expect((await screen.findByText(/overdue since .+ with Rack 1$/)).className).toContain("is-overdue");
  act(() => console.hosts.set([hostRow("tower-a")]));
  await waitFor(() => expect(screen.queryByText(/in maintenance/)).toBeNull());
});

it("a list marks it in one word", async () => {
  open("#/hosts", { maintenance });
  const mark = await screen.findByText("maintenance");
  expect(mark.getAttribute("title")).toContain("by operator-a");
});

it("a node offers its maintenance, prepared with it", async () => {
  open("#/resource/tower-a", { kind: "node" });
  const link = await screen.findByRole("link", { name: "Node maintenance…" });
  expect(link.getAttribute("href")).toBe("#/procedures/node-maintenance?node=tower-a");
});

it.each([
  ["vsphere.enter-maintenance", "vsphere-host-maintenance?host"],
  ["proxmox.evacuate", "proxmox-node-maintenance?node"],
])("a host that is offered %s offers its maintenance, prepared with it", async (action, procedure) => {
  opened = openWindow("#/resource/tower-a", (console) => {
    console.hosts.set([hostRow("tower-a")]);
    console.offers = [{ ...rebootOffer(), id: action }];
  });
  const link = await screen.findByRole("link", { name: "Host maintenance…" });
  expect(link.getAttribute("href")).toBe(`#/procedures/${procedure}=tower-a&machine=tower-a`);
});

it("a host without a hypervisor offers none", async () => {
  open("#/resource/tower-a");
  await screen.findByRole("button", { name: /Reboot/ });
  expect(screen.queryByRole("link", { name: /maintenance/ })).toBeNull();
});
