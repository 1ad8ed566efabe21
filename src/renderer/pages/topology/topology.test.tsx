// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Topology } from "../../../shared/topology.ts";
import { usePreferences } from "../../state/preferences.ts";
import { hostRow } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { aroundWeb, site, thing } from "./testing/sites.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(
  views: Record<string, Topology> = { "": site(), "web-1": aroundWeb() },
  at = "#/topology/east",
) {
  opened = openWindow(at, (console) => {
    console.topology.set(views);
    console.status.set({ ...console.status.value, counts: { site: { total: 1, wrong: 0 } } });
  });
  return opened.console;
}

const picture = async () =>
  within(await screen.findByRole("region", { name: "Topology of East, as a picture" }));
const box = async (name: RegExp | string) => (await picture()).getByRole("button", { name });
const outline = () => within(screen.getByRole("navigation", { name: "The same as a list" }));
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const focused = () => document.activeElement?.getAttribute("title");

it("everything is a button with its health as a word, and what is left out behind it", async () => {
  open();
  expect((await box(/^esx-1/)).textContent).toBe("esx-1warning+ 41 VMs, 2 not well");
  expect((await box(/^esx-2/)).textContent).toContain("stale");
  expect((await box(/^web-2/)).textContent).toBe("web-2criticalVM");
  // Nothing is said of the health of what is only named.
  expect((await box(/^lan/)).textContent).toBe("lannetwork");
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Topology of East");
  expect(screen.getByRole("link", { name: "Topology" }).getAttribute("aria-current")).toBe("page");
  expect((await picture()).getAllByRole("button")).toHaveLength(7);
});

it("the list beside it says the same, link by link", async () => {
  open();
  await picture();
  const [clusters, hosts, vms, storages, networks] = outline().getAllByRole("list");
  const lines = (list: HTMLElement | undefined) =>
    within(list ?? document.body)
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent?.replace(/\s+/g, " ").trim());
  expect(lines(clusters)).toEqual(["prod ok"]);
  expect(lines(hosts)).toEqual([
    "esx-1 warning in prod · + 41 VMs, 2 not well",
    "esx-2 unknown stalein prod",
  ]);
  expect(lines(vms)).toEqual([
    "web-1 ok on esx-1 · stored on san · joins lan",
    "web-2 critical on esx-2 · stored on san",
  ]);
  expect([lines(storages), lines(networks)]).toEqual([["san ok"], ["lan"]]);
  expect(outline().getByRole("link", { name: "web-1" }).getAttribute("href")).toBe(
    "#/topology/east?around=web-1",
  );
});

it("by keys: one stop for Tab, arrows along the links, Enter walks, Escape goes back", async () => {
  open();
  const prod = await box(/^prod/);
  const stops = (await picture()).getAllByRole("button").filter(({ tabIndex }) => tabIndex === 0);
  expect(stops).toEqual([prod]);
  act(() => prod.focus());
  press("ArrowRight");
  expect(focused()).toBe("esx-1");
  press("ArrowRight");
  expect(focused()).toBe("web-1");
  expect(document.querySelectorAll("path.is-near")).toHaveLength(3);
  fireEvent.click(document.activeElement ?? document.body);
  await waitFor(() => expect(window.location.hash).toBe("#/topology/east?around=web-1"));
  const centre = await screen.findByRole("region", { name: "web-1" });
  expect(within(centre).getByRole("link").getAttribute("href")).toBe("#/resource/web-1");
  expect((await box(/^web-1/)).getAttribute("aria-current")).toBe("true");
  await waitFor(() => expect(focused()).toBe("web-1"));
  expect((await picture()).queryByRole("button", { name: /^web-2/ })).toBeNull();
  const back = vi.spyOn(window.history, "back").mockImplementation(() => {
    window.location.hash = "#/topology/east";
  });
  press("Escape");
  await waitFor(async () => expect((await picture()).getAllByRole("button")).toHaveLength(7));
  expect(back).toHaveBeenCalledTimes(1);
  expect(focused()).toBe("web-1");
});

it("opened around a thing, back is the whole site", async () => {
  open(undefined, "#/topology/east?around=web-1");
  fireEvent.click(await screen.findByRole("button", { name: "Back" }));
  await waitFor(() => expect(window.location.hash).toBe("#/topology/east"));
});

it("an update paints in place while somebody is in the picture; what came and went is told, and drawn when wanted", async () => {
  const console = open();
  const web = await box(/^web-1/);
  const where = web.style.insetBlockStart;
  act(() => web.focus());
  const { things, links } = site();
  const changed = things
    .filter(({ id }) => id !== "san")
    .map((each) => (each.id === "web-1" ? { ...each, health: "critical" as const } : each));
  const next = site({ things: [thing("aaa", "cluster"), thing("aab", "host"), ...changed], links });
  act(() => console.topology.set({ "": next }));
  expect(await screen.findByText(/2 new, 1 gone/)).toBeTruthy();
  expect((await box(/^web-1/)).textContent).toContain("critical");
  expect((await box(/^web-1/)).style.insetBlockStart).toBe(where);
  expect((await box(/^san/)).textContent).toContain("no longer here");
  expect((await picture()).queryByRole("button", { name: /^aaa/ })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Draw it anew" }));
  expect(await box(/^aaa/)).toBeTruthy();
  expect((await picture()).queryByRole("button", { name: /^san/ })).toBeNull();
  expect(screen.queryByText(/new, /)).toBeNull();
});

it("with nobody in it the picture follows; a link that moved counts as a change", async () => {
  const console = open();
  const web = await box(/^web-1/);
  const moved = site({
    links: site().links.map((each) =>
      each.from === "web-1" && each.as === "runs-on" ? { ...each, to: "esx-2" } : each,
    ),
  });
  fireEvent.pointerMove(web.closest(".topology-body") ?? web);
  act(() => console.topology.set({ "": moved }));
  expect(await screen.findByText(/something moved elsewhere/)).toBeTruthy();
  expect(outline().getByText("on esx-1 · stored on san · joins lan")).toBeTruthy();
  fireEvent.pointerLeave(web.closest(".topology-body") ?? web);
  expect(await outline().findByText("on esx-2 · stored on san · joins lan")).toBeTruthy();
  expect(screen.queryByText(/something moved/)).toBeNull();
});

it("what is not known any more is said, with the whole site below", async () => {
  open({ "": site({ more: [{ kind: "host", total: 3, wrong: 0 }] }) }, "#/topology/east?around=gone");
  expect(await screen.findByText(/^gone is not known here/)).toBeTruthy();
  expect((await picture()).getAllByRole("button")).toHaveLength(7);
  expect(screen.getByText("Not drawn: 3 hosts.")).toBeTruthy();
});

it("a machine under several names: each leads to its page, and they can be compared", async () => {
  const also = {
    resource: "tower-a",
    kind: "host" as const,
    name: "tower-a",
    system: "hosts",
    health: "critical" as const,
    stale: false,
    byName: true,
  };
  open(
    { "esx-1": site({ around: "esx-1", things: [thing("esx-1", "host", { also: [also] })], links: [] }) },
    "#/topology/east?around=esx-1",
  );
  const centre = within(await screen.findByRole("region", { name: "esx-1" }));
  expect(centre.getByText("host · hosts · by its name")).toBeTruthy();
  expect(centre.getByRole("link", { name: "tower-a" }).getAttribute("href")).toBe("#/resource/tower-a");
  expect(centre.getByRole("link", { name: /^Compare/ }).getAttribute("href")).toBe(
    "#/compare?ids=esx-1,tower-a",
  );
});

it("without a site: which ones there are; a single one is gone to", async () => {
  const row = (id: string) => hostRow(id, { kind: "site", health: "warning" });
  opened = openWindow("#/topology", (console) => console.hosts.set([row("east"), row("north")]));
  expect((await screen.findByRole("link", { name: "north" })).getAttribute("href")).toBe("#/topology/north");
  act(() => opened?.console.hosts.set([row("east")]));
  await waitFor(() => expect(window.location.hash).toBe("#/topology/east"));
  expect(await screen.findByText("Nothing is known at this site yet.")).toBeTruthy();
});

it("it is French in French", async () => {
  usePreferences.getState().chooseLanguage("fr");
  open();
  const region = within(await screen.findByRole("region", { name: "Topologie de East, en image" }));
  expect(region.getByRole("button", { name: /^esx-1/ }).textContent).toContain("+ 41 VM, dont 2 en défaut");
  expect(screen.getByText(/sur esx-1 · stockage\s: san · réseau\s: lan/)).toBeTruthy();
  expect(screen.getByRole("main").textContent).not.toMatch(/\b(stored|joins|host|more)\b/);
});
