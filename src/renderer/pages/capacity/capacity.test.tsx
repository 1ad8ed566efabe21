// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { CapacityView } from "../../../shared/capacity.ts";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { cluster, loss, lossOfThird } from "./testing/clusters.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(
  view: Partial<CapacityView>,
  prepare: (console: MemoryConsole) => void = () => {},
  at = "#/capacity",
) {
  opened = openWindow(at, (console) => {
    console.capacity.set({ clusters: [], parities: [], ...view });
    console.status.set({ ...console.status.value, counts: { cluster: { total: 1, wrong: 0 } } });
    prepare(console);
  });
  return opened.console;
}

const matrix = async () => within(await screen.findByRole("table", { name: /^When a host of prod goes/ }));
const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole("cell")
    .map(({ textContent }) => textContent);

it("an estate without hypervisors says so, and where to declare one", async () => {
  open({});
  expect(await screen.findByText("No cluster of a hypervisor is known yet.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go to the estate" }).getAttribute("href")).toBe("#/estate");
});

it("each cluster has its figures and verdicts in words, with what is not counted and what is out", async () => {
  open({ clusters: [cluster()] });
  const table = within(await screen.findByRole("grid", { name: "Clusters" }));
  const [, row] = table.getAllByRole("row");
  expect(row?.textContent).toContain("3 of 4");
  expect(row?.textContent).toContain("1:1.5 fits");
  expect(row?.textContent).toContain("1:0.91 near");
  expect(row?.textContent).toContain("N+1 lost");
  const region = within(screen.getByRole("region", { name: "prod" }));
  expect(region.getByText(/^N\+1 lost\. Without esx-3/)).toBeTruthy();
  expect(region.getByText(/1:1\.5; the ceiling is 1:2\.$/)).toBeTruthy();
  expect(region.getByText("Not counted: 3 VMs that are off, 1 template.")).toBeTruthy();
  expect(region.getByText("Out of service: esx-4 (maintenance).")).toBeTruthy();
  expect(screen.getByRole("link", { name: /^Capacity/ }).getAttribute("aria-current")).toBe("page");
});

it("what has no ceiling is not said to fit", async () => {
  const { processors } = cluster();
  open({ clusters: [cluster({ processors: { ...processors, ceiling: null } })] });
  const [, row] = within(await screen.findByRole("grid", { name: "Clusters" })).getAllByRole("row");
  expect(row?.textContent).toContain("1:1.5 no ceiling");
});

it("the picture is a table: a row for each host that is lost, a cell for how full each other would be", async () => {
  open({ clusters: [cluster()] });
  const [head, first, second, third, ...more] = (await matrix()).getAllByRole("row");
  expect(more).toEqual([]);
  if (!head || !first || !second || !third) throw new Error("rows are missing");
  expect(
    within(head)
      .getAllByRole("columnheader")
      .map(({ textContent }) => textContent),
  ).toEqual(["Without", "esx-1", "esx-2", "esx-3", "Does not fit"]);
  expect(cells(first)).toEqual(["lost", "92\u202f%memory", "100\u202f%memory", "none"]);
  expect(cells(second)).toEqual(["50\u202f%vCPU", "lost", "63\u202f%memory", "none"]);
  expect(cells(third).at(-1)).toBe("1 VM: db-9");
  // Not by colour alone: what is nearly full is hatched, what is full is framed as well.
  const [, near, full] = within(first).getAllByRole("cell");
  expect(near?.querySelectorAll(".loss-hatch").length).toBeGreaterThan(0);
  expect(near?.querySelector(".loss-frame")).toBeNull();
  expect(full?.querySelector(".loss-frame")).toBeTruthy();
  expect(within(second).getAllByRole("cell")[0]?.querySelector(".loss-hatch")).toBeNull();
  expect(near?.getAttribute("title")).toBe("memory 92\u202f%, vCPU 50\u202f%; takes 2");
});

it("chosen hosts are looked at closely: where each VM goes, and those that have no place", async () => {
  const asked = vi.fn((hosts: readonly string[]) => [
    hosts.length === 1 ? lossOfThird : loss("esx-3", { "esx-2": 128 }, { text: text("Both.", "Les deux.") }),
  ]);
  open({ clusters: [cluster()] }, (console) => {
    console.losses = asked;
  });
  fireEvent.click((await matrix()).getByRole("checkbox", { name: "Look at the loss of esx-3" }));
  const region = within(await screen.findByRole("region", { name: "What if esx-3 goes" }));
  expect(await region.findByText(/db-9 \(96 GiB\) does not\.$/)).toBeTruthy();
  const rows = within(region.getByRole("grid", { name: "Where each VM would go" })).getAllByRole("row");
  expect(rows.slice(1).map(({ textContent }) => textContent)).toEqual([
    "db-9esx-396\u202fGiB8It needs 96 GiB; the most is 64 GiB.",
    "web-1esx-38\u202fGiB2esx-1",
  ]);
  fireEvent.click((await matrix()).getByRole("checkbox", { name: "Look at the loss of esx-1" }));
  expect(await screen.findByRole("region", { name: "What if esx-1, esx-3 go" })).toBeTruthy();
  await waitFor(() => expect(asked).toHaveBeenLastCalledWith(["east/esx-1", "east/esx-3"]));
  expect(await screen.findByText("Both.")).toBeTruthy();
  expect(screen.getByText("No VM has to move.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Choose none" }));
  expect(screen.queryByRole("region", { name: /^What if/ })).toBeNull();
});

it("a long list of VMs is shown a hundred at a time", async () => {
  const [vm] = lossOfThird.vms;
  if (!vm) throw new Error("no VM to copy");
  const vms = Array.from({ length: 130 }, (_, index) => ({ ...vm, id: `vm-${index}`, name: `vm-${index}` }));
  open({ clusters: [cluster()] }, (console) => {
    console.losses = () => [{ ...lossOfThird, vms }];
  });
  fireEvent.click((await matrix()).getByRole("checkbox", { name: "Look at the loss of esx-3" }));
  const places = within(await screen.findByRole("grid", { name: "Where each VM would go" }));
  expect(places.getAllByRole("row")).toHaveLength(101);
  fireEvent.click(screen.getByRole("button", { name: "Show 30 more" }));
  expect(places.getAllByRole("row")).toHaveLength(131);
});

it("a host that is gone is no longer looked at, and an answer that fails says why", async () => {
  const console = open({ clusters: [cluster()] }, (prepared) => {
    prepared.losses = () => {
      throw new OpsError({
        code: "capacity.no-such-host",
        system: "console",
        message: text("It is gone.", "Il a disparu."),
        hint: text("Choose another.", "Choisissez-en un autre."),
      });
    };
  });
  fireEvent.click((await matrix()).getByRole("checkbox", { name: "Look at the loss of esx-3" }));
  await screen.findByRole("alert");
  const left = cluster();
  act(() => console.capacity.set({ clusters: [{ ...left, hosts: left.hosts.slice(0, 2) }], parities: [] }));
  await waitFor(() => expect(screen.queryByRole("region", { name: /^What if/ })).toBeNull());
});

it("what is not known is never shown as fine", async () => {
  const words = text(
    "It cannot be told: esx-2 was not read.",
    "On ne peut pas le dire : esx-2 n'a pas été lu.",
  );
  const unknown = {
    used: null,
    whole: null,
    ratio: null,
    ceiling: 1,
    verdict: "unknown" as const,
    text: words,
  };
  const losses = cluster().losses.map((each) => ({ ...each, verdict: "unknown" as const, text: words }));
  const spare = { wanted: 1, verdict: "unknown" as const, text: words };
  open({ clusters: [cluster({ processors: unknown, memory: unknown, losses, spare })] });
  const [, first] = (await matrix()).getAllByRole("row");
  expect(first && cells(first)).toEqual(["lost", "unknown", "unknown", "unknown"]);
  expect(screen.getByText(/^N\+1 unknown\. It cannot be told/)).toBeTruthy();
  expect(screen.queryByText(/fits$/)).toBeNull();
});

it("of several clusters the one in the address is shown, else the first that is not well", async () => {
  const well = cluster({
    id: "east/test",
    name: "test",
    spare: { wanted: 1, verdict: "ok", text: text("Any one can be lost.", "Chacun peut être perdu.") },
  });
  open({ clusters: [well, cluster()] });
  expect(await screen.findByRole("region", { name: "prod" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Show test" }).getAttribute("href")).toBe("#/capacity/east%2Ftest");
  act(() => {
    window.location.hash = "#/capacity/east%2Ftest";
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  });
  expect(await screen.findByRole("region", { name: "test" })).toBeTruthy();
  expect(screen.getByText("N+1 holds. Any one can be lost.")).toBeTruthy();
});

it("sites that must hold the same stand side by side, in French too", async () => {
  const side = { site: "atelier", hosts: 4, cores: 64, memory: 2 ** 39, models: { R750: 1, R650: 3 } };
  usePreferences.getState().chooseLanguage("fr");
  open({
    parities: [
      {
        name: "régions",
        by: "hosts",
        sides: [side, { ...side, site: "annexe", hosts: 3, memory: null, models: { R650: 3 } }],
        verdict: "exceeded",
        text: text("annexe lacks 1 × R750.", "annexe : 1 × R750 en moins."),
      },
    ],
  });
  const table = within(await screen.findByRole("grid", { name: /^régions/ }));
  expect(table.getAllByRole("row").map(({ textContent }) => textContent)).toEqual([
    "SiteHôtesCœursMémoireModèles",
    "atelier464512\u202fGio3 × R650, 1 × R750",
    "annexe364inconnu3 × R650",
  ]);
  expect(screen.getByText(/^ne se valent pas\. annexe/)).toBeTruthy();
});
