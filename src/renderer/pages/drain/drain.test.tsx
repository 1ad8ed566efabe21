// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { ActionOffer } from "../../../shared/action.ts";
import type { DrainView } from "../../../shared/drain.ts";
import { sameText, text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import {
  hostRow,
  type MemoryConsole,
  preview,
  rebootOffer,
  start,
  task,
} from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { drainPod } from "./testing/pods.ts";

const node = "east/nodes/node-2";
const place = `#/drain/${encodeURIComponent(node)}`;
const field = (name: string, words: string, initial: boolean | number): ActionOffer["fields"][number] => ({
  name,
  label: sameText(words),
  type: typeof initial === "boolean" ? "boolean" : "number",
  required: false,
  choices: [],
  initial,
});
const offer = rebootOffer({
  id: "kubernetes.drain",
  title: text("Drain", "Évacuer"),
  verb: text("Drain", "Évacuer"),
  effect: "convergent",
  fields: [
    field("localData", "Evict pods with local data", false),
    field("unmanaged", "Evict pods without a controller", false),
    field("minutes", "Minutes at most", 30),
  ],
});
const uncordon = rebootOffer({
  id: "kubernetes.uncordon",
  title: text("Uncordon", "Lever l'isolement"),
  verb: text("Uncordon", "Lever l'isolement"),
  risk: "safe",
});
const held = drainPod("api-1", {
  state: "blocked",
  budgets: [{ name: "api", allowed: 0, healthy: 2, needed: 2 }],
  reason: text("Blocked by PodDisruptionBudget api: 0 allowed.", "Bloqué par le budget api : 0 admise."),
});
const scratch = drainPod("scratch", { plan: "asks-local-data", state: "stays", losses: ["local-data"] });
const view = (part: Partial<DrainView> = {}): { drain: DrainView } => ({
  drain: { resource: node, phase: "preview", allowed: [], pods: [held, scratch], ...part },
});

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}, at = place) {
  opened = openWindow(at, (console) => {
    console.hosts.set([hostRow(node, { kind: "node", name: "node-2" })]);
    console.offers = [offer, uncordon];
    console.previews = (id) => preview(id, { name: "node-2" });
    console.drain.set(view());
    prepare(console);
  });
  return opened.console;
}

const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });
const begin = () => button("Drain node-2");

describe("before a drain", () => {
  it("is said what will happen to each pod, by which budget it is held, and what asks", async () => {
    open();
    const grid = within(await screen.findByRole("grid", { name: "Pods on node-2" }));
    expect(grid.getByRole("rowheader", { name: /^Held by a budget now 1/ })).toBeTruthy();
    expect(grid.getByText("api: 0 allowed (2/2)")).toBeTruthy();
    expect(screen.getByText("1 pod would have to wait")).toBeTruthy();
    expect(grid.getByRole("link", { name: "scratch" }).getAttribute("href")).toContain("east%2Fpods%2Fshop");
    expect(screen.getByRole("checkbox", { name: "Evict pods with local data (1 pod)" })).toBeTruthy();
    expect(screen.getByRole("checkbox", { name: "Evict pods without a controller (0 pods)" })).toBeTruthy();
  });

  it("nothing begins while a pod asks; the answer is asked for with the preview, and started with", async () => {
    let allowed: unknown = null;
    const console = open((prepared) => {
      prepared.previews = (id, input) => {
        allowed = input.localData;
        const state = input.localData === true ? "needed" : "impossible";
        return preview(id, { name: "node-2", probe: { state, text: sameText("Asked."), observed: {} } });
      };
    });
    expect(await screen.findByText("It cannot be done now.")).toBeTruthy();
    expect((await begin()).disabled).toBe(true);
    fireEvent.click(screen.getByRole("checkbox", { name: /local data/ }));
    await waitFor(async () => expect((await begin()).disabled).toBe(false));
    expect(allowed).toBe(true);
    fireEvent.click(await begin());
    await waitFor(() =>
      expect(console.started[0]).toMatchObject({
        action: "kubernetes.drain",
        resources: [node],
        input: { localData: true, unmanaged: false, minutes: 30 },
      }),
    );
    expect((await button("Starting…")).disabled).toBe(true);
  });

  it("a drain that was refused is told, and can be started again", async () => {
    const console = open();
    await waitFor(async () => expect((await begin()).disabled).toBe(false));
    fireEvent.click(await begin());
    await waitFor(() => expect(console.started).toHaveLength(1));
    const refused = task("task-1", {
      action: "kubernetes.drain",
      resource: node,
      state: "refused",
      endedAt: start,
      outcome: sameText("Somebody else works on it."),
    });
    act(() => console.tasks.set({ tasks: [refused] }));
    const side = within(screen.getByRole("complementary", { name: "Before it begins" }));
    expect(await side.findByText("Somebody else works on it.")).toBeTruthy();
    expect((await begin()).disabled).toBe(false);
  });

  it("a guard that opens with a reason wants one", async () => {
    open((prepared) => {
      const guard = {
        guard: "w",
        allowed: false,
        text: sameText("Closed until 08:00."),
        opensWithReason: true,
      };
      prepared.previews = (id) => preview(id, { name: "node-2", guards: [guard] });
    });
    expect(await screen.findByText(/Closed until 08:00\./)).toBeTruthy();
    expect((await begin()).disabled).toBe(true);
    fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "on call" } });
    expect((await begin()).disabled).toBe(false);
  });

  it("is where the node's button and the palette lead, without a sheet", async () => {
    const at = `#/resource/${encodeURIComponent(node)}`;
    open(
      ({ status }) =>
        status.set({
          ...status.value,
          counts: { cluster: { total: 1, wrong: 0 }, node: { total: 2, wrong: 0 } },
        }),
      at,
    );
    fireEvent.click(await screen.findByRole("button", { name: "Drain" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Drain node-2" })).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole("link", { name: /^Nodes/ }).getAttribute("aria-current")).toBe("page");
  });
});

describe("a drain under way", () => {
  const running = task("t", { action: "kubernetes.drain", resource: node, resourceName: "node-2" });

  it("says how far it is and what holds it up, and is paused, resumed and aborted", async () => {
    const console = open((prepared) => {
      prepared.tasks.set({ tasks: [running] });
      const gone = drainPod("api-2", { state: "gone" });
      prepared.drain.set(view({ phase: "running", pods: [held, gone] }));
    });
    expect(await screen.findByText("1 of 2 have left")).toBeTruthy();
    expect(screen.getByText("1 pod waits")).toBeTruthy();
    expect(screen.getAllByText("Blocked by PodDisruptionBudget api: 0 allowed.").length).toBeGreaterThan(1);
    fireEvent.click(await button("Pause"));
    await waitFor(() => expect(console.drainWishes).toEqual([`pause ${node}`]));
    act(() => console.drain.set(view({ phase: "paused" })));
    fireEvent.click(await button("Go on"));
    await waitFor(() => expect(console.drainWishes.at(-1)).toBe(`go-on ${node}`));
    fireEvent.click(await button("Abort and uncordon"));
    await waitFor(() => expect(console.drainWishes.at(-1)).toBe(`abort-and-uncordon ${node}`));
    act(() => console.drain.set(view({ phase: "stopping" })));
    expect(await screen.findByText("stopping")).toBeTruthy();
    expect((await button("Abort")).disabled).toBe(true);
  });

  it("is reached from its task", async () => {
    open((prepared) => prepared.tasks.set({ tasks: [running] }), "#/tasks/t");
    const link = await screen.findByRole("link", { name: "Follow, pause, abort" });
    expect(link.getAttribute("href")).toBe(place);
  });

  it("of 500 pods draws those in sight, and is moved in by keyboard", async () => {
    const pods = Array.from({ length: 500 }, (_, index) => drainPod(`api-${index}`));
    open((prepared) => prepared.drain.set(view({ phase: "running", pods })));
    const grid = await screen.findByRole("grid", { name: "Pods on node-2" });
    expect(grid.getAttribute("aria-rowcount")).toBe("502");
    expect(within(grid).getAllByRole("row").length).toBeLessThan(60);
    const first = within(grid).getAllByRole("row")[1];
    act(() => first?.focus());
    fireEvent.keyDown(document.activeElement ?? grid, { key: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.textContent).toContain("api-0"));
    fireEvent.keyDown(document.activeElement ?? grid, { key: "Enter" });
    await waitFor(() => expect(window.location.hash).toBe("#/resource/east%2Fpods%2Fshop%2Fapi-0"));
  });
});

describe("a drain that has ended", () => {
  it("says what left and what stays, and can be taken back or begun anew; in French too", async () => {
    usePreferences.getState().chooseLanguage("fr");
    const ended = task("t", {
      action: "kubernetes.drain",
      resource: node,
      state: "failed",
      endedAt: start + 1000,
      error: {
        code: "kubernetes.drain-aborted",
        system: "east",
        message: text("It was aborted.", "Elle a été abandonnée."),
        hint: text("Begin anew.", "Recommencez."),
      },
    });
    open((prepared) => {
      prepared.tasks.set({ tasks: [ended] });
      prepared.drain.set(view({ phase: "ended" }));
    });
    expect(await screen.findByText(/^Partis.*0 sur 1$/)).toBeTruthy();
    expect(screen.getByText("2 y sont encore")).toBeTruthy();
    expect(within(screen.getByRole("main")).getAllByText("Elle a été abandonnée.").length).toBeGreaterThan(0);
    fireEvent.click(await button("Lever l'isolement"));
    expect(await screen.findByRole("dialog")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Annuler" }));
    fireEvent.click(await button("Évacuer de nouveau"));
    expect(await button("Évacuer node-2")).toBeTruthy();
  });

  it("of a node that is gone says so", async () => {
    open((prepared) => prepared.hosts.set([]));
    expect(await screen.findByText(/does not declare this resource/)).toBeTruthy();
  });
});
