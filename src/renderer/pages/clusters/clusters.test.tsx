// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { text } from "../../../shared/text.ts";
import { hostRow, type MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const inEast = { system: "east", site: null, environment: null };
const rows = [
  hostRow("east/cluster", { ...inEast, kind: "cluster", name: "East", cells: {} }),
  hostRow("east/nodes/node-1", { ...inEast, kind: "node", name: "node-1", cells: {} }),
  hostRow("east/pods/shop/api-1", {
    ...inEast,
    kind: "pod",
    name: "api-1",
    cells: { "kubernetes.restarts": 3, "kubernetes.createdAt": Date.now() - 7_200_000 },
  }),
];

function open(at: string, prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow(at, (console) => {
    console.hosts.set(rows);
    console.status.set({
      ...console.status.value,
      counts: {
        cluster: { total: 1, wrong: 0 },
        node: { total: 1, wrong: 1 },
        pod: { total: 20_000, wrong: 7 },
      },
    });
    prepare(console);
  });
  return opened.console;
}

it("an estate with a cluster has its nodes, workloads and pods in the navigation, with what is wrong", async () => {
  const console = open("#/clusters");
  expect(await screen.findByRole("link", { name: "East" })).toBeTruthy();
  const navigation = within(screen.getByRole("navigation"));
  expect(navigation.getByRole("link", { name: /^Clusters/ }).getAttribute("aria-current")).toBe("page");
  expect(navigation.getByRole("link", { name: /^Pods.*20,000.*7 wrong/ })).toBeTruthy();
  act(() => console.status.set({ ...console.status.value, counts: {} }));
  await waitFor(() => expect(navigation.queryByRole("link", { name: /^Clusters|^Nodes|^Pods/ })).toBeNull());
});

it("pods are asked for with their own columns, and sorted by restarts and age in main", async () => {
  const console = open("#/pods?namespace=shop");
  const row = (await screen.findByRole("link", { name: "api-1" })).closest("tr");
  expect(row?.textContent).toContain("2h ago".replace("2h", "2\u202fh"));
  await waitFor(() => expect(console.queries.at(-1)?.facets).toEqual({ namespace: ["shop"] }));
  fireEvent.click(screen.getByRole("button", { name: "Restarts" }));
  await waitFor(() => expect(console.queries.at(-1)?.sort.by).toBe("kubernetes.restarts"));
  expect(console.queries.at(-1)).toMatchObject({ kinds: ["pod"], within: {} });
});

it("a cluster, a namespace and a node list what is in them and nothing else", async () => {
  const console = open("#/resource/east%2Fnodes%2Fnode-1", (prepared) => {
    prepared.contents = { pod: { total: 12, wrong: 2 } };
  });
  const tabs = await screen.findAllByRole("tab");
  expect(tabs.map((tab) => tab.textContent)).not.toContain("Workloads");
  fireEvent.click(screen.getByRole("tab", { name: "Pods 12 2 wrong" }));
  expect(await screen.findByRole("heading", { level: 2, name: "Pods of node-1" })).toBeTruthy();
  await waitFor(() =>
    expect(console.queries.at(-1)).toMatchObject({
      kinds: ["pod"],
      within: { system: "east", node: "node-1" },
    }),
  );
  expect(console.queries.at(-1)?.columns).not.toContain("kubernetes.node");
  expect(window.location.hash).toBe("#/resource/east%2Fnodes%2Fnode-1/pods");
});

it("a cluster says at a glance what is in it and what is wrong, each one step away", async () => {
  open("#/resource/east%2Fcluster", (console) => {
    const version = {
      "kubernetes.version": "v1.31.4",
      "kubernetes.warnings": ["FailedScheduling: 0/8 nodes"],
    };
    const sick = hostRow("east/pods/shop/api-2", {
      ...inEast,
      kind: "pod",
      name: "api-2",
      health: "critical",
      problem: text("The pod is CrashLoopBackOff.", "Le pod est CrashLoopBackOff."),
      cells: {},
    });
    const full = hostRow("east/namespaces/shop", {
      ...inEast,
      kind: "namespace",
      name: "shop",
      cells: { "kubernetes.quotas": ["compute: cpu 9/10"] },
    });
    console.hosts.set([
      ...rows.map((row) => (row.kind === "cluster" ? { ...row, cells: version } : row)),
      sick,
      full,
    ]);
    console.contents = { pod: { total: 20_000, wrong: 7 } };
  });
  const summary = within(await screen.findByRole("region", { name: "East at a glance" }));
  expect(summary.getByText("v1.31.4")).toBeTruthy();
  expect(summary.getByRole("link", { name: "20,000 Pods" }).getAttribute("href")).toBe(
    "#/resource/east%2Fcluster/pods",
  );
  expect(await summary.findByText("The pod is CrashLoopBackOff.")).toBeTruthy();
  expect(summary.getByRole("link", { name: "api-2" })).toBeTruthy();
  expect(await summary.findByText("compute: cpu 9/10")).toBeTruthy();
  expect(summary.getByText("FailedScheduling: 0/8 nodes")).toBeTruthy();
});
