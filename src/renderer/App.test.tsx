// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { text } from "../shared/text.ts";
import { hostRow, start } from "./testing/memory-console.ts";
import { openWindow } from "./testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>) {
  opened = openWindow(...at);
  return opened.console;
}

/** Cuts the channel and refuses others: the window would have made a new one before anybody looks. */
function goAway({ main }: ReturnType<typeof open>): void {
  main.reachable = 1006;
  act(() => main.cut());
}

const key = (name: string, more: object = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });

describe("the frame", () => {
  it("always has its four regions, and says how the console stands", async () => {
    open("#/overview");
    expect(await screen.findByRole("heading", { level: 1, name: "Overview" })).toBeTruthy();
    for (const role of ["banner", "navigation", "main"]) expect(screen.getAllByRole(role)).toHaveLength(1);
    expect(screen.getByRole("region", { name: "Task panel" })).toBeTruthy();
    expect(await screen.findByRole("link", { name: "Secrets: keychain" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Reach: inside" })).toBeTruthy();
    const navigation = within(screen.getByRole("navigation"));
    expect(navigation.getByRole("link", { name: /^Hosts.*2.*1 wrong/ })).toBeTruthy();
  });

  it("says that main is gone, and goes on by itself when it is back", async () => {
    const console = open("#/hosts");
    await screen.findByRole("link", { name: "tower-a" });
    goAway(console);
    expect(await screen.findByText(/connection to the console is lost/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "tower-a" })).toBeTruthy();
    console.hosts.set([hostRow("tower-c")]);
    console.main.reachable = true;
    fireEvent.click(screen.getByRole("button", { name: "Reconnect now" }));
    expect(await screen.findByRole("link", { name: "tower-c" })).toBeTruthy();
    expect(screen.queryByText(/connection to the console is lost/)).toBeNull();
  });

  it("speaks French and remembers it", async () => {
    open("#/overview");
    fireEvent.click(await screen.findByRole("button", { name: /^Operator/ }));
    fireEvent.click(await screen.findByRole("radio", { name: "Français" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Vue d'ensemble" })).toBeTruthy();
    expect(document.documentElement.lang).toBe("fr");
    expect(window.localStorage.getItem("passerelle.preferences")).toContain('"language":"fr"');
  });

  it("closes a sheet when the page that it was opened on is left", async () => {
    open("#/resource/tower-a");
    fireEvent.click(await screen.findByRole("button", { name: "Reboot" }));
    await screen.findByRole("dialog");
    act(() => {
      window.location.hash = "#/hosts";
    });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("says of a list that is told of every change that it is kept up to date, and else how old it is", async () => {
    const console = open("#/hosts");
    expect(await screen.findByText(/kept up to date/)).toBeTruthy();
    goAway(console);
    await waitFor(() => expect(screen.queryByText(/kept up to date/)).toBeNull());
    expect(screen.getByRole("link", { name: "tower-a" })).toBeTruthy();
  });

  it("follows the chosen appearance", async () => {
    open("#/overview");
    fireEvent.click(await screen.findByRole("button", { name: /^Operator/ }));
    fireEvent.click(await screen.findByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement.classList.contains("pf-v6-theme-dark")).toBe(true));
  });

  it("says so when a link leads nowhere", async () => {
    open("#/hsots");
    expect(await screen.findByText(/no such page/)).toBeTruthy();
  });
});

describe("a list", () => {
  it("is closed in main when another page is gone to", async () => {
    const console = open("#/hosts");
    await screen.findByRole("link", { name: "tower-a" });
    expect(console.hosts.watchers).toBe(1);
    act(() => {
      window.location.hash = "#/secrets";
    });
    await waitFor(() => expect(console.hosts.watchers).toBe(0));
  });

  it("marks what is stale and what is wrong in words", async () => {
    open("#/hosts", (console) =>
      console.hosts.set([
        hostRow("tower-a", {
          stale: true,
          health: "critical",
          problem: text("RAID is degraded.", "RAID dégradé."),
        }),
      ]),
    );
    const row = (await screen.findByRole("link", { name: "tower-a" })).closest("tr");
    expect(row?.textContent).toContain("stale");
    expect(row?.textContent).toContain("critical");
    expect(row?.textContent).toContain("RAID is degraded.");
  });

  it("is filtered, sorted and narrowed by main", async () => {
    const console = open("#/hosts");
    await screen.findByRole("link", { name: "tower-a" });
    key("/");
    const filter = screen.getByRole("searchbox", { name: "Filter" });
    fireEvent.keyDown(screen.getByRole("grid"), { key: "/" });
    expect(document.activeElement).toBe(filter);
    fireEvent.change(filter, { target: { value: "tower-b" } });
    await waitFor(() => expect(screen.queryByRole("link", { name: "tower-a" })).toBeNull());
    expect(console.queries.at(-1)?.text).toBe("tower-b");
    fireEvent.click(screen.getByRole("button", { name: "Health" }));
    await waitFor(() =>
      expect(console.queries.at(-1)?.sort).toEqual({ by: "health", direction: "ascending" }),
    );
    fireEvent.click(screen.getByRole("button", { name: /^warning/ }));
    await waitFor(() => expect(console.queries.at(-1)?.facets).toEqual({ health: ["warning"] }));
  });

  it("is moved in, selected from and opened by keyboard", async () => {
    open("#/hosts");
    const first = (await screen.findByRole("link", { name: "tower-a" })).closest("tr");
    act(() => first?.focus());
    key(" ");
    expect(await screen.findAllByText("1 selected")).not.toHaveLength(0);
    key("ArrowDown");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("tower-b"));
    key("Enter");
    expect(await screen.findByRole("heading", { level: 1, name: "tower-b" })).toBeTruthy();
  });

  it("keeps its place while main answers for the next window, and asks only for the window", async () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      hostRow(`host-${String(index).padStart(4, "0")}`),
    );
    const console = open("#/hosts", (prepared) => prepared.hosts.set(many));
    await screen.findByRole("link", { name: "host-0000" });
    expect(console.queries.every((query) => query.limit === 200)).toBe(true);
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("5001");
  });

  it("selects everything that matches, page by page", async () => {
    const many = Array.from({ length: 1200 }, (_, index) => hostRow(`host-${index}`));
    open("#/hosts", (prepared) => prepared.hosts.set(many));
    await screen.findByRole("link", { name: "host-0" });
    fireEvent.click(screen.getByRole("button", { name: "Select all that match" }));
    expect(await screen.findAllByText("1200 selected")).not.toHaveLength(0);
  });

  it("keeps views under a name", async () => {
    const console = open("#/hosts");
    await screen.findByRole("link", { name: "tower-a" });
    fireEvent.change(screen.getByRole("searchbox", { name: "Filter" }), { target: { value: "tower-b" } });
    await waitFor(() => expect(console.queries.at(-1)?.text).toBe("tower-b"));
    fireEvent.click(screen.getByRole("button", { name: "Views" }));
    fireEvent.change(screen.getByRole("textbox", { name: "Name of the view" }), {
      target: { value: "second" },
    });
    fireEvent.click(screen.getByRole("button", { name: "Save this view" }));
    fireEvent.change(screen.getByRole("searchbox", { name: "Filter" }), { target: { value: "" } });
    await waitFor(() => expect(console.queries.at(-1)?.text).toBe(""));
    fireEvent.click(screen.getByRole("button", { name: "second" }));
    await waitFor(() => expect(console.queries.at(-1)?.text).toBe("tower-b"));
    expect(window.localStorage.getItem("passerelle.views.host")).toContain("tower-b");
  });
});

describe("a secret", () => {
  it("is stored without its value staying in the page", async () => {
    const console = open("#/secrets", (prepared) =>
      prepared.secrets.set({
        ...prepared.secrets.value,
        secrets: [
          {
            name: "tower",
            reference: "keychain:tower",
            present: false,
            writable: true,
            lastUsedAt: null,
            changedAt: null,
            usedBy: ["tower-a"],
          },
        ],
      }),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Store" }));
    const value = await screen.findByLabelText("Value");
    expect(value.getAttribute("type")).toBe("password");
    fireEvent.change(value, { target: { value: "hunter2" } });
    fireEvent.click(screen.getByRole("button", { name: "Store tower" }));
    expect(await screen.findByText("tower is stored.")).toBeTruthy();
    expect(console.stored).toEqual([{ name: "tower", value: "hunter2" }]);
    expect(document.body.innerHTML).not.toContain("hunter2");
  });

  it("store is made with a passphrase typed twice", async () => {
    open("#/secrets", (prepared) => prepared.secrets.set({ ...prepared.secrets.value, provider: "none" }));
    const first = await screen.findByLabelText("Passphrase");
    const again = screen.getByLabelText("Passphrase, once more");
    const create = screen.getByRole("button", { name: "Create the encrypted file" });
    fireEvent.change(first, { target: { value: "correct horse battery" } });
    fireEvent.change(again, { target: { value: "correct horse batteri" } });
    expect(create).toHaveProperty("disabled", true);
    expect(screen.getByText("The two do not agree.")).toBeTruthy();
    fireEvent.change(again, { target: { value: "correct horse battery" } });
    fireEvent.click(create);
    expect(await screen.findByText("The encrypted file is created and open.")).toBeTruthy();
    expect(first).toHaveProperty("value", "");
  });
});

describe("the journal", () => {
  const event = (sequence: number) => ({
    sequence,
    at: start,
    actor: "operator",
    workstation: "desk.example",
    type: "action.intent",
    subject: "tower-a",
    task: null,
    data: { action: "ssh.reboot" },
    previousHash: "aa",
    hash: "bb",
  });

  it("counts new events without moving those that are read", async () => {
    const console = open("#/journal", (prepared) => prepared.journal.set([event(1)]));
    expect(await screen.findByRole("button", { name: "Details of event 1" })).toBeTruthy();
    act(() => console.journal.set([event(2), event(1)]));
    fireEvent.click(await screen.findByRole("button", { name: "1 new event: show it" }));
    expect(await screen.findByRole("button", { name: "Details of event 2" })).toBeTruthy();
  });

  it("says where its chain does not hold", async () => {
    open("#/journal");
    fireEvent.click(await screen.findByRole("button", { name: "Verify the chain" }));
    expect(await screen.findByText(/does not hold at event 2: an event was changed/)).toBeTruthy();
  });
});

describe("the palette", () => {
  it("finds a resource, goes on to its actions, and opens the sheet", async () => {
    open("#/overview");
    await screen.findByRole("heading", { level: 1 });
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    const field = await screen.findByRole("combobox");
    fireEvent.change(field, { target: { value: "tower-b" } });
    expect(await screen.findByRole("option", { name: /tower-b/ })).toBeTruthy();
    fireEvent.keyDown(field, { key: "ArrowRight" });
    expect(await screen.findByRole("option", { name: /^Reboot/ })).toBeTruthy();
    fireEvent.keyDown(field, { key: "Enter" });
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByRole("button", { name: "Reboot tower-b" })).toBeTruthy();
    expect(screen.queryByRole("combobox")).toBeNull();
  });
});

describe("a resource", () => {
  it("that the estate no longer declares says so", async () => {
    const console = open("#/resource/tower-a");
    await screen.findByRole("heading", { level: 1, name: "tower-a" });
    act(() => console.hosts.set([]));
    expect(await screen.findByText(/no longer does/)).toBeTruthy();
  });

  it("changes its views by arrow keys, and the link remembers", async () => {
    open("#/resource/tower-a");
    const facts = await screen.findByRole("tab", { name: "Facts" });
    act(() => facts.focus());
    key("ArrowRight");
    await waitFor(() => expect(window.location.hash).toBe("#/resource/tower-a/relations"));
    expect(document.activeElement?.textContent).toBe("Relations");
    expect(screen.getByRole("tabpanel", { name: "Relations" })).toBeTruthy();
  });
});
