// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { RemoteTask } from "../../../shared/remote-tasks.ts";
import type { SnapshotRecord } from "../../../shared/snapshots.ts";
import { text } from "../../../shared/text.ts";
import { hostRow, type MemoryConsole, preview, rebootOffer } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const error = {
  code: "far.refused",
  system: "east",
  message: text("The session has ended.", "La session a pris fin."),
  hint: text("Log in again.", "Reconnectez-vous."),
};

function open(tab: string, prepare: (console: MemoryConsole) => void) {
  opened = openWindow(`#/resource/vm-1/${tab}`, (console) => {
    console.hosts.set([hostRow("vm-1", { kind: "vm", name: "web-1" })]);
    console.has = { ...console.has, snapshots: true, remoteTasks: true };
    prepare(console);
  });
  return opened.console;
}

const snapshot = (id: string, parent: string | null, part: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  id,
  parent,
  name: id,
  description: "",
  createdAt: Date.now() - 60_000,
  withMemory: false,
  ...part,
});
const tree = {
  snapshots: [
    snapshot("base", null, { description: "before all" }),
    snapshot("old", "base"),
    snapshot("new", "base"),
  ],
  current: "new",
  readAt: Date.now(),
  error: null,
};

it("snapshots stand as a tree, and what is done with the chosen one opens with it filled in", async () => {
  const console = open("snapshots", (prepared) => {
    const pick = {
      name: "snapshot",
      label: text("Snapshot", "Instantané"),
      type: "choice" as const,
      required: true,
      choices: ["base", "old", "new"].map((value) => ({ value, label: text(value, value) })),
      initial: null,
    };
    const revert = text("Revert to a snapshot", "Revenir à un instantané");
    prepared.offers = [
      rebootOffer({
        id: "far.snapshot-revert",
        title: revert,
        verb: text("Revert", "Revenir"),
        fields: [pick],
      }),
      rebootOffer({ id: "far.snapshot-create", title: text("Take a snapshot", "Prendre un instantané") }),
      rebootOffer(),
    ];
    prepared.snapshots.set(tree);
    prepared.previews = (id) => preview(id);
  });
  const drawn = within(await screen.findByRole("tree"));
  const items = () => drawn.getAllByRole("treeitem");
  expect(
    items().map((item) => [item.getAttribute("aria-level"), item.querySelector("strong")?.textContent]),
  ).toEqual([
    ["1", "base"],
    ["2", "old"],
    ["2", "new"],
    ["3", "now"],
  ]);
  fireEvent.click(items()[0] ?? document.body);
  fireEvent.keyDown(items()[0] ?? document.body, { key: "ArrowDown" });
  const side = within(screen.getByRole("group", { name: "Actions on the chosen snapshot" }));
  expect(screen.getByText("Chosen: old")).toBeTruthy();
  expect(side.queryByRole("button", { name: "Take a snapshot" })).toBeNull();
  fireEvent.click(side.getByRole("button", { name: "Revert to a snapshot" }));
  const sheet = within(await screen.findByRole("dialog"));
  expect(sheet.getByLabelText<HTMLSelectElement>(/^Snapshot/).value).toBe("old");
  act(() => console.snapshots.set({ ...tree, snapshots: tree.snapshots.slice(0, 1), current: "base" }));
  await waitFor(() => expect(screen.queryByText("Chosen: old")).toBeNull());
});

it("the sheet names what it is about before it knows enough to be previewed", async () => {
  open("snapshots", (prepared) => {
    const name = { name: "name", label: text("Name", "Nom"), type: "text" as const, choices: [] };
    prepared.offers = [
      rebootOffer({
        id: "far.snapshot-create",
        title: text("Take a snapshot", "Prendre un instantané"),
        verb: text("Take a snapshot of", "Prendre un instantané de"),
        fields: [{ ...name, required: true, initial: null }],
      }),
    ];
    prepared.snapshots.set({ snapshots: [], current: null, readAt: Date.now(), error: null });
  });
  const snapshots = within(await screen.findByRole("region", { name: "Snapshots of web-1" }));
  fireEvent.click(await snapshots.findByRole("button", { name: "Take a snapshot" }));
  const sheet = within(await screen.findByRole("dialog", { name: "Take a snapshot: web-1" }));
  expect(sheet.getByRole("button", { name: "Take a snapshot of web-1" })).toBeTruthy();
});

it("a tree that cannot be read says why and keeps what was read before", async () => {
  const console = open("snapshots", (prepared) => prepared.snapshots.set(tree));
  await screen.findByRole("tree");
  act(() => console.snapshots.set({ ...tree, error }));
  expect(await screen.findByText("The session has ended.")).toBeTruthy();
  expect(screen.getByRole("tree")).toBeTruthy();
  act(() => console.snapshots.set({ snapshots: [], current: null, readAt: Date.now(), error: null }));
  expect(await screen.findByText("It has no snapshot.")).toBeTruthy();
});

const task = (id: string, part: Partial<RemoteTask> = {}): RemoteTask => ({
  id,
  name: `qm${id}`,
  subject: "VM 100",
  resource: null,
  state: "done",
  fraction: null,
  by: "root@pam",
  queuedAt: null,
  startedAt: Date.now() - 30_000,
  endedAt: Date.now() - 20_000,
  problem: null,
  hasLog: false,
  ...part,
});

it("a system's own tasks are shown live, with what went wrong and the log of the chosen one", async () => {
  const failed = task("migrate", {
    state: "failed",
    problem: "can't migrate local disk 'local-lvm:vm-100-disk-0'",
    hasLog: true,
  });
  const console = open("remote-tasks", (prepared) => {
    prepared.remoteTasks.set({
      tasks: [task("start", { state: "running", fraction: 0.25, endedAt: null, by: null }), failed],
      readAt: Date.now(),
      cut: true,
      error: null,
    });
    prepared.remoteTaskLog.set({ lines: ["starting migration"], ended: false });
  });
  const grid = within(await screen.findByRole("grid"));
  expect(grid.getByRole("progressbar", { name: "qmstart" }).getAttribute("value")).toBe("0.25");
  expect(grid.getByText("not told")).toBeTruthy();
  expect(screen.getByText(/older ones are left out/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Failed 1" }));
  await waitFor(() => expect(grid.queryByText("qmstart")).toBeNull());
  fireEvent.click(grid.getByRole("button", { name: "qmmigrate" }));
  const side = within(screen.getByRole("complementary", { name: "qmmigrate" }));
  expect(side.getByText(/can't migrate local disk/)).toBeTruthy();
  expect(await side.findByText("starting migration")).toBeTruthy();
  act(() => console.remoteTaskLog.set({ lines: ["ERROR: migration aborted"], ended: true }));
  expect(await side.findByText(/starting migration\s+ERROR: migration aborted/)).toBeTruthy();
  expect(side.queryByText(/still runs/)).toBeNull();
});

it("tasks are filtered by every word, accents and case aside, and an error stands above what was read", async () => {
  open("remote-tasks", (prepared) => {
    prepared.remoteTasks.set({
      tasks: [task("start", { subject: "Évry" }), task("stop")],
      readAt: Date.now(),
      cut: false,
      error,
    });
  });
  const grid = within(await screen.findByRole("grid"));
  fireEvent.change(screen.getByRole("searchbox", { name: "Filter the tasks" }), {
    target: { value: "evry ROOT" },
  });
  await waitFor(() => expect(grid.queryByText("qmstop")).toBeNull());
  expect(grid.getByText("qmstart")).toBeTruthy();
  expect(screen.getByText("The session has ended.")).toBeTruthy();
});
