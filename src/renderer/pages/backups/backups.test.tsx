// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import { type MemoryConsole, rebootOffer } from "../../testing/memory-console.ts";
import { protectedVm } from "../../testing/memory-protection.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}, at = "#/backups") {
  opened = openWindow(at, (console) => {
    const { protection } = console;
    protection.rows.set([
      protectedVm("db-1", {
        state: "late",
        lastGood: { at: Date.now() - 6 * 3_600_000, restorePoint: "forge/backups/db-1-1", name: "db-1" },
      }),
      protectedVm("web-1"),
    ]);
    protection.numbers = { late: 1, neverRestored: 2, notOffSite: 2 };
    protection.facets = { state: { late: 1, ok: 1 }, system: { forge: 2 } };
    protection.heat.set({
      days: ["2026-02-02", "2026-02-03"],
      hours: [3, 15],
      cells: [
        { day: "2026-02-02", hour: 3, counts: { good: 2 } },
        { day: "2026-02-03", hour: 3, counts: { good: 1, missed: 1 } },
        { day: "2026-02-03", hour: 15, counts: { pending: 2 } },
      ],
    });
    prepare(console);
  });
  return opened.console;
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: /^What is protected/ })).getAllByRole("row");

it("where nothing is known to be backed up it says so, and what would change that", async () => {
  open(({ protection }) => protection.rows.set([]));
  expect(await screen.findByText("Nothing is known to be backed up yet.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go to the estate" }).getAttribute("href")).toBe("#/estate");
});

it("each row says how old the last good one is against its RPO, where copies are and what comes next", async () => {
  open();
  const [, late, well] = await rows();
  expect(late?.textContent).toMatch(/db-1.*late.*6\s?h of 4\s?h.*no.*never/);
  expect(well?.textContent).toMatch(/web-1.*in time.*2\s?h of 4\s?h/);
});

it("a number shows what it counts, and everything again when it is pressed once more", async () => {
  const { protection } = open();
  const late = await screen.findByRole("button", { name: "1 late or missing" });
  fireEvent.click(late);
  await waitFor(() => expect(protection.queries.at(-1)?.facets).toEqual({ state: ["never", "late"] }));
  expect(late.getAttribute("aria-pressed")).toBe("true");
  fireEvent.click(late);
  await waitFor(() => expect(protection.queries.at(-1)?.facets).toEqual({}));
});

it("the list is filtered, narrowed and sorted by what main is asked for", async () => {
  const { protection } = open();
  fireEvent.change(await screen.findByRole("searchbox", { name: "Filter by name or policy" }), {
    target: { value: "web" },
  });
  await waitFor(async () => expect(await rows()).toHaveLength(2));
  fireEvent.click(screen.getByRole("button", { name: "late 1" }));
  fireEvent.click(screen.getByRole("button", { name: "Next slot" }));
  await waitFor(() =>
    expect(protection.queries.at(-1)).toMatchObject({
      text: "web",
      facets: { state: ["late"] },
      sort: { by: "next", direction: "ascending" },
    }),
  );
});

it("only the rows in sight are drawn, and further ones are asked for when they come into sight", async () => {
  const { protection } = open((console) =>
    console.protection.rows.set(Array.from({ length: 3000 }, (_, at) => protectedVm(`vm-${at}`))),
  );
  const shown = await rows();
  expect(shown.length).toBeLessThan(60);
  const scroller = shown[0]?.closest(".grid-scroller");
  if (!scroller) throw new Error("there is nothing to scroll");
  scroller.scrollTop = 2900 * 32;
  fireEvent.scroll(scroller);
  expect(await screen.findByRole("row", { name: /vm-2905/ })).toBeTruthy();
  expect(protection.queries.at(-1)?.offset).toBeGreaterThan(2800);
});

it("a cell of the calendar tells what ran, by mouse and by keyboard", async () => {
  const { protection } = open((console) => {
    console.protection.slots = {
      total: 3,
      slots: [
        {
          ...{ resource: "forge/vms/db-1", name: "db-1", policy: "p", policyName: "nightly" },
          ...{ at: Date.UTC(2026, 1, 3, 3), state: "missed", restorePoint: null, madeAt: null },
        },
      ],
    };
  });
  const bad = await screen.findByRole("button", { name: /3 Feb, 03:00: 1 missed, 1 good/ });
  expect(bad.textContent).toBe("1");
  fireEvent.click(bad);
  const ran = await screen.findByRole("region", { name: /^What ran on .*3 Feb at 03:00/ });
  expect(within(ran).getByRole("row", { name: /db-1.*missed.*nightly/ })).toBeTruthy();
  expect(within(ran).getByText("2 more are not shown.")).toBeTruthy();
  expect(protection.slotsAsked).toEqual([expect.objectContaining({ day: "2026-02-03", hour: 3 })]);

  act(() => bad.focus());
  // From the last cell that has the focus, however it came by it.
  act(() => screen.getByRole("button", { name: /2 Feb, 03:00/ }).focus());
  fireEvent.keyDown(document.activeElement ?? bad, { key: "ArrowUp" });
  expect(document.activeElement).toBe(bad);
  fireEvent.keyDown(bad, { key: "ArrowDown" });
  expect(document.activeElement?.getAttribute("aria-label")).toMatch(/2 Feb, 03:00: 2 good/);
  // To its right nothing was planned that day: it stays where it is.
  fireEvent.keyDown(document.activeElement ?? bad, { key: "ArrowRight" });
  expect(document.activeElement?.getAttribute("aria-label")).toMatch(/2 Feb, 03:00/);
});

it("the actions of a row are those about backups of the thing, its policies and its last good point", async () => {
  const console = open((prepared) => {
    prepared.offers = [
      rebootOffer(),
      rebootOffer({ id: "proxmox.backup", title: text("Back up", "Sauvegarder") }),
    ];
  });
  fireEvent.click(await screen.findByRole("button", { name: "Actions on the backups of db-1" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findAllByRole("button", { name: "Back up" })).toHaveLength(3);
  expect(dialog.queryByRole("button", { name: "Reboot" })).toBeNull();
  const [first] = dialog.getAllByRole("button", { name: "Back up" });
  if (!first) throw new Error("no action");
  fireEvent.click(first);
  await waitFor(() => expect(screen.getAllByRole("dialog")).toHaveLength(1));
  await waitFor(() => expect(console.asked.length).toBeGreaterThan(0));
});

it("one thing has its figures, restore points and slots; what is gone says so", async () => {
  const { protection } = open(({ protection: memory }) => {
    memory.detail.set({
      protection: protectedVm("db-1", {
        kept: { state: "growing", demanded: 604_800_000, oldest: Date.now() - 86_400_000, words: "7 daily" },
      }),
      points: [
        {
          ...{ id: "p-1", name: "db-1 of tonight", madeAt: Date.UTC(2026, 1, 3, 3), state: "good" },
          ...{ size: 2 ** 31, location: "backup", offSite: null, policy: "nightly", expires: null },
        },
      ],
      slots: [],
    });
  }, "#/backups/forge%2Fvms%2Fdb-1");
  expect(await screen.findByRole("heading", { name: "db-1" })).toBeTruthy();
  expect(screen.getByText(/by the environment Production/)).toBeTruthy();
  expect(screen.getByText(/^not so far back yet: 1\s?d back, 7\s?d demanded$/)).toBeTruthy();
  const points = within(screen.getByRole("table", { name: "Restore points" }));
  expect(
    points.getByRole("row", { name: /good 2\s?GiB backup unknown nightly.*db-1 of tonight/ }),
  ).toBeTruthy();
  expect(screen.getByText("No schedule of it is known.")).toBeTruthy();
  act(() => protection.detail.set({ protection: null, points: [], slots: [] }));
  expect(await screen.findByText("It is not protected, or not any more.")).toBeTruthy();
});

it("the navigation says how many are late", async () => {
  open((console) => console.status.set({ ...console.status.value, late: 3 }));
  expect(await screen.findByRole("link", { name: /^Backups 3 3 wrong$|^Backups.*3 wrong$/ })).toBeTruthy();
});

it("it speaks French", async () => {
  usePreferences.getState().chooseLanguage("fr");
  open();
  const [, late] = await rowsIn("Ce qui est protégé");
  expect(late?.textContent).toMatch(/db-1.*en retard.*6\s?h sur 4\s?h.*non.*jamais/);
  expect(screen.getByRole("heading", { name: "Sauvegardes" })).toBeTruthy();
});

async function rowsIn(label: string) {
  return within(await screen.findByRole("grid", { name: new RegExp(`^${label}`) })).getAllByRole("row");
}
