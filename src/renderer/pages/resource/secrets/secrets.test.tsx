// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { text } from "../../../../shared/text.ts";
import type { SecretFolder, SecretRecord, SecretSearch } from "../../../../shared/vault-secrets.ts";
import { hostRow, type MemoryConsole, rebootOffer } from "../../../testing/memory-console.ts";
import { openWindow } from "../../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const mount = "vault/mounts/secret";
const hash = `#/resource/${encodeURIComponent(mount)}/secrets`;
const folder = (path: string, part: Partial<SecretFolder> = {}): SecretFolder => ({
  folder: path,
  versioned: true,
  folders: [],
  secrets: [],
  cut: false,
  readAt: Date.now(),
  ...part,
});
const version = (number: number, part: Partial<SecretRecord["versions"][number]> = {}) => ({
  version: number,
  createdAt: Date.now() - 60_000,
  deletedAt: null,
  deleted: false,
  destroyed: false,
  ...part,
});
const billing: SecretRecord = {
  path: "shop/billing",
  versioned: true,
  versions: [
    version(4),
    version(3),
    version(2, { deleted: true, deletedAt: Date.now() - 1000 }),
    version(1, { destroyed: true }),
  ],
  current: 4,
  createdAt: Date.now() - 120_000,
  updatedAt: Date.now() - 60_000,
  maxVersions: 10,
  checkAndSet: true,
  notes: { owner: "billing team" },
  fields: ["password", "user"],
  usedBy: [{ reference: "vault:secret/shop/billing#password", resources: ["web-1"] }],
  readAt: Date.now(),
};

const field = (name: string) => ({
  name,
  label: text(name, name),
  type: "text" as const,
  required: true,
  choices: [],
  initial: null,
});
const offer = (id: string, verb: string, fields: string[]) =>
  rebootOffer({ id, title: text(verb, verb), verb: text(verb, verb), fields: fields.map(field) });

function open(place = hash, prepare: (console: MemoryConsole) => void = () => {}): MemoryConsole {
  opened = openWindow(place, (console) => {
    console.hosts.set([hostRow(mount, { kind: "service", name: "secret/" })]);
    console.has = { ...console.has, secrets: true };
    console.offers = [
      offer("vault.write-secret", "Write", ["path", "field", "version"]),
      offer("vault.roll-back-secret", "Roll back", ["path", "version", "over"]),
      offer("vault.undelete-secret", "Bring back", ["path", "version"]),
      offer("vault.delete-version", "Delete", ["path", "version"]),
      offer("vault.destroy-version", "Destroy", ["path", "version"]),
    ];
    const { folders, records } = console.vaults;
    folders.set("", folder("", { folders: ["shop"], secrets: ["readme"] }));
    folders.set("shop", folder("shop", { folders: ["billing"], secrets: ["billing"] }));
    records.set("shop/billing", billing);
    prepare(console);
  });
  return opened.console;
}

it("goes from folder to folder by links, and back up", async () => {
  open();
  const names = async () => within(await screen.findByRole("list", { name: "Folders and secrets" }));
  const shop = await (await names()).findByRole("link", { name: /^shop/ });
  expect(await (await names()).findByRole("link", { name: "readme" })).toBeTruthy();
  fireEvent.click(shop);
  await waitFor(() => expect(window.location.hash).toBe(`${hash}?in=shop`));
  const way = within(screen.getByRole("navigation", { name: "Where this folder stands" }));
  await waitFor(() => expect(way.getByText("shop").getAttribute("aria-current")).toBe("page"));
  expect(way.getByRole("link", { name: "secret/" }).getAttribute("href")).toBe(hash);
  fireEvent.click(await (await names()).findByRole("link", { name: "billing" }));
  expect(await screen.findByRole("heading", { name: "shop/billing" })).toBeTruthy();
});

it("shows a secret's versions, notes, fields and uses, and offers what fits each version", async () => {
  open(`${hash}?secret=shop/billing`);
  const table = within(await screen.findByRole("grid", { name: "Versions of shop/billing" }));
  const rows = table.getAllByRole("row").slice(1);
  const state = (row: HTMLElement) => [
    row.querySelector(".health-word")?.textContent,
    within(row)
      .queryAllByRole("button")
      .map((button) => button.textContent),
  ];
  expect(rows.map(state)).toEqual([
    ["current", ["Delete", "Destroy"]],
    ["kept", ["Roll back", "Delete", "Destroy"]],
    ["deleted", ["Bring back", "Destroy"]],
    ["destroyed for good", []],
  ]);
  const record = within(screen.getByRole("region", { name: "shop/billing" }));
  for (const words of ["billing team", "password, user", "demanded for every write"])
    expect(record.getByText(words)).toBeTruthy();
  expect(record.getByRole("link", { name: "web-1" }).getAttribute("href")).toBe("#/resource/web-1");
  fireEvent.click(table.getByRole("button", { name: "Roll back" }));
  const sheet = within(await screen.findByRole("dialog"));
  const value = (label: string) => sheet.getByLabelText<HTMLInputElement>(new RegExp(`^${label}`)).value;
  expect(["path", "version", "over"].map(value)).toEqual(["shop/billing", "3", "4"]);
});

it("tells why a folder cannot be read, and reads it again", async () => {
  const console = open(`${hash}?in=closed`);
  expect(await screen.findByText("May not be seen.")).toBeTruthy();
  console.vaults.folders.set("closed", folder("closed", { secrets: ["key"] }));
  fireEvent.click(screen.getByRole("button", { name: "Read the names again" }));
  expect(await screen.findByRole("link", { name: "key" })).toBeTruthy();
});

it("says of a mount without versions that it tells nothing but names, and what is lost there", async () => {
  open(`${hash}?secret=hall`, (console) => {
    const { vaults } = console;
    const words = text("Delete", "Supprimer");
    const deleting = { id: "vault.delete-plain-secret", title: words, verb: words };
    console.offers = [rebootOffer(deleting), rebootOffer({ id: "vault.write-secret" })];
    vaults.folders.set("", folder("", { versioned: false, secrets: ["hall"] }));
    const nothing = { versions: [], current: null, maxVersions: null, fields: null, usedBy: [] };
    vaults.records.set("hall", { ...billing, ...nothing, path: "hall", versioned: false });
  });
  expect(await screen.findByText(/tells nothing of a secret but its name/)).toBeTruthy();
  expect(screen.getByText(/is lost for good/)).toBeTruthy();
  const group = within(screen.getByRole("group", { name: "Actions on this secret" }));
  expect(group.getAllByRole("button").map((each) => each.textContent)).toEqual(["Delete"]);
  expect(screen.queryByRole("grid")).toBeNull();
  expect(screen.getByText("No reference of the estate is read here.")).toBeTruthy();
});

it("searches names, tells how far it is and what was not reached, and can be cancelled", async () => {
  const console = open();
  const told: SecretSearch = {
    found: ["shop/billing/key"],
    looked: 3,
    waiting: 2,
    left: [],
    leftCount: 0,
    ended: null,
    error: null,
  };
  const box = await screen.findByRole("searchbox", { name: "Search the names of this mount" });
  fireEvent.change(box, { target: { value: "key" } });
  fireEvent.click(screen.getByRole("button", { name: "Search" }));
  await waitFor(() => expect(console.vaults.asked).toEqual(["search key in /"]));
  act(() => console.vaults.search.set(told));
  expect(await screen.findByText(/3 folders looked into, 2 waiting/)).toBeTruthy();
  expect((await screen.findByRole("link", { name: "shop/billing/key" })).getAttribute("href")).toBe(
    `${hash}?in=shop%2Fbilling&secret=shop%2Fbilling%2Fkey`,
  );
  const left = [{ folder: "closed", why: "not-allowed" as const }];
  act(() =>
    console.vaults.search.set({ ...told, looked: 5, waiting: 0, left, leftCount: 9, ended: "complete" }),
  );
  expect(
    await screen.findByText(/1 name holds “key”. Everything was looked into \(5 folders\)/),
  ).toBeTruthy();
  expect(screen.getByText("9 folders were not looked into")).toBeTruthy();
  expect(screen.getByText("may not be listed by whoever is signed in")).toBeTruthy();
  expect(screen.getByText("and 8 more")).toBeTruthy();
  act(() => console.vaults.search.set(null));
  fireEvent.change(box, { target: { value: "other" } });
  fireEvent.click(screen.getByRole("button", { name: "Search" }));
  await waitFor(() => expect(console.vaults.search.watchers).toBe(1));
  fireEvent.click(screen.getByRole("button", { name: "Cancel the search" }));
  await waitFor(() => expect(console.vaults.search.watchers).toBe(0));
  expect(screen.queryByText("shop/billing/key")).toBeNull();
});
