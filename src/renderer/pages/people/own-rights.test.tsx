// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { OwnRights } from "../../../shared/sign-in.ts";
import { sameText } from "../../../shared/text.ts";
import { structureFaults } from "../../testing/accessibility.ts";
import { nobody } from "../../testing/memory-people.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const key = (name: string) => ({ type: "ssh-ed25519", fingerprint: `SHA256:${name}`, comment: name });
const people = {
  ...nobody,
  me: "ada",
  roles: true,
  signedIn: { operator: "ada", way: "agent", at: 0 },
  operators: [
    { id: "ada", name: "Ada", keys: [key("ada")], kept: true, keychain: false, roles: [] },
    { id: "bob", name: "Bob", keys: [key("bob")], kept: true, keychain: false, roles: [] },
  ],
};
const rights: OwnRights = {
  operator: "ada",
  extent: "by-roles",
  held: [
    { grant: { role: "operate", sites: ["north"] }, standing: "in-force", file: "estate.yaml", line: 12 },
    {
      grant: { role: "approve", environments: ["test"] },
      standing: "in-force",
      file: "estate.yaml",
      line: 13,
    },
    {
      grant: { role: "disrupt", sites: ["south"], until: "2026-03-01T18:00:00Z" },
      standing: "ended",
      file: "estate.yaml",
      line: 14,
    },
  ],
  taken: null,
  sites: [
    { id: "north", name: "North" },
    { id: "south", name: "South" },
  ],
  environments: [{ id: "test", name: "Test" }],
};

it("what one may do stands by site and environment, with its line and with the end of what was taken", async () => {
  opened = openWindow("#/people", (one) => {
    one.people.view.set(people);
    one.people.rights.set(rights);
  });
  const table = within(await screen.findByRole("grid", { name: "Your rights by site and environment" }));
  const cells = table
    .getAllByRole("row")
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole("cell")
        .map(({ textContent }) => textContent),
    );
  expect(cells.map((row) => row.slice(-2))).toEqual([
    ["look, operate, approve", "look, operate"],
    ["look, approve", "look"],
    ["look, approve", "look"],
  ]);
  expect(screen.getByText("estate.yaml:12")).toBeTruthy();
  // What has ended is told, and is none of the rights of the table.
  const ended = screen.getByText("estate.yaml:14").closest("li");
  expect(ended?.textContent).toContain("ended on");
  expect(await structureFaults()).toEqual([]);
  expect(screen.getByText(/at the sites: North; in the environments: all/)).toBeTruthy();
  opened.console.people.rights.set({ ...rights, taken: { until: 0, reason: "the night is long" } });
  expect(await screen.findByText(/By break-glass you may do everything/)).toBeTruthy();
  opened.console.people.rights.set({ ...rights, extent: "nothing", operator: null, held: [] });
  expect(await screen.findByText("Nobody has signed in at this window: it may only look.")).toBeTruthy();
});

it("each role of each operator says until when it is given, and that it ends soon", async () => {
  const at = "2026-03-01T18:00:00Z";
  const timed = [
    { role: "look" as const, standing: "in-force" as const },
    { role: "operate" as const, until: at, standing: "in-force" as const },
    { role: "disrupt" as const, until: at, standing: "ending" as const },
    { role: "destroy" as const, from: at, until: "2026-03-08", standing: "to-come" as const },
    { role: "approve" as const, until: at, standing: "ended" as const },
  ];
  const [ada, ...others] = people.operators;
  if (ada === undefined) throw new Error("nobody is there");
  opened = openWindow("#/people", (one) =>
    one.people.view.set({ ...people, operators: [{ ...ada, roles: timed }, ...others] }),
  );
  const table = within(await screen.findByRole("grid", { name: "Roles" }));
  const last = table
    .getAllByRole("row")
    .slice(1, 6)
    .map((row) => within(row).getAllByRole("cell").at(-1)?.textContent?.trim());
  const beginnings = ["without an end", "until ", "ends on ", "not before ", "ended on "];
  for (const [index, words] of beginnings.entries()) expect(last[index]).toMatch(new RegExp(`^${words}`));
  expect(last[2]).toContain("renew it");
  expect(last[3]).toContain("until ");
  expect(await structureFaults()).toEqual([]);
});

it("the menu of who works here says it too", async () => {
  opened = openWindow("#/overview", (one) => {
    one.people.view.set(people);
    one.people.rights.set(rights);
  });
  fireEvent.click(await screen.findByRole("button", { name: /Ada/ }));
  expect(await screen.findByText("estate.yaml:13")).toBeTruthy();
});

it("a key of somebody else is neither kept nor forgotten: greyed, and it says why", async () => {
  opened = openWindow("#/people", (one) => one.people.view.set(people));
  const { console } = opened;
  const keep = await screen.findByRole("button", { name: "Keep a key of Bob" });
  const forget = screen.getByRole("button", { name: "Forget the key of Bob" });
  for (const button of [keep, forget]) {
    expect(button.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(button);
  }
  fireEvent.mouseEnter(keep);
  fireEvent.focus(keep);
  expect(await screen.findByText(/Only Bob keeps or forgets a key of theirs/)).toBeTruthy();
  expect(screen.queryByRole("form", { name: "Keep a key of Bob" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Forget the key of Ada" }));
  await waitFor(() => expect(console.people.asked).toEqual(["forget ada"]));
});

it("a resource says who may act there", async () => {
  opened = openWindow("#/resource/tower-a", (one) => {
    one.people.view.set(people);
    one.people.mayDo = {
      roles: [
        { role: "operate", allowed: true, holders: [{ id: "ada", name: "Ada" }] },
        { role: "approve", allowed: false, holders: [] },
      ],
      text: sameText("no"),
    };
  });
  const summary = await screen.findByText("Who may act here");
  const details = summary.closest("details");
  if (details === null) throw new Error("it cannot be unfolded");
  details.open = true;
  fireEvent(details, new Event("toggle"));
  const table = within(await screen.findByRole("table", { name: "Who may act here" }));
  expect(table.getAllByRole("row").map(({ textContent }) => textContent)).toEqual([
    "RoleYouWho has the right",
    "operateyesAda",
    "approvenonobody",
  ]);
});
