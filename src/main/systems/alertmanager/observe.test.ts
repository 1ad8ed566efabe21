import { afterEach, beforeEach, expect, test } from "vitest";
import type { Declaration, Observation, ObservationSink } from "../../../shared/resource.ts";
import { AlertObserver, healthOf } from "./observe.ts";
import { FakeAlertmanager } from "./testing/fake-alertmanager.ts";

let far: FakeAlertmanager;
let declared: Declaration[];
let last: Map<string, Observation>;
let observer: AlertObserver;
const sink: ObservationSink = {
  declare: (_system, declarations) => {
    declared = declarations;
  },
  redeclare: () => {},
  observe: (observations) => {
    for (const each of observations) last.set(each.resource, each);
  },
};
const signal = new AbortController().signal;

beforeEach(async () => {
  declared = [];
  last = new Map();
  far = new FakeAlertmanager();
  await far.start();
  observer = new AlertObserver({
    system: "alerts",
    name: "Alerts",
    site: "atelier",
    environment: null,
    every: 30_000,
    api: far.api(),
    now: Date.now,
  });
});
afterEach(() => far.stop());

function seen(id: string) {
  const found = last.get(id);
  if (!found || "error" in found) throw new Error(`${id} was not read`);
  return found;
}

test("alerts come and go as resources, with their severity; what is silenced needs nobody", async () => {
  far.alerts = [
    { labels: { alertname: "Watchdog", severity: "none" } },
    {
      labels: { alertname: "DiskFull", instance: "db-1:9100", severity: "warning" },
      annotations: { summary: "Full." },
    },
    { labels: { alertname: "NodeDown", instance: "web-1", severity: "critical" } },
  ];
  far.silence("s", 'instance="web-1"', { comment: "a fan" });
  await observer.observe(sink, signal);
  expect(declared.map(({ id, kind, name, parent }) => [id, kind, name, parent])).toEqual([
    ["alerts/service", "service", "Alerts", "atelier"],
    ["alerts/alerts/f1", "alert", "DiskFull db-1:9100", "alerts/service"],
    ["alerts/alerts/f0", "alert", "Watchdog", "alerts/service"],
    ["alerts/alerts/f2", "alert", "NodeDown web-1", "alerts/service"],
  ]);
  expect(["f0", "f1", "f2"].map((id) => seen(`alerts/alerts/${id}`).health)).toEqual(["ok", "warning", "ok"]);
  expect(seen("alerts/alerts/f1")).toMatchObject({
    problems: [{ text: { en: "Full." } }],
    facts: { "alert.source": "http://prometheus.example/graph", "alert.since": Date.UTC(2026, 0, 1) },
  });
  expect(seen("alerts/alerts/f2").facts["alert.silencedBy"]).toMatchObject([
    expect.stringContaining("a fan"),
  ]);
  expect(seen("alerts/service").facts).toMatchObject({
    "alertmanager.version": "0.25.0",
    "alertmanager.alerts": 3,
    "alertmanager.suppressed": 1,
  });
  far.alerts = [];
  await observer.observe(sink, signal);
  expect(declared).toHaveLength(1);
});

test("more alerts than are shown are said, the gravest are kept; those that make no sense are counted", async () => {
  far.alerts = Array.from({ length: 2100 }, (_, index) => ({
    labels: { alertname: `A${index}`, severity: index < 50 ? "critical" : "info" },
  }));
  far.alerts.push({ labels: {}, fingerprint: "../../etc" });
  await observer.observe(sink, signal);
  expect(declared).toHaveLength(2001);
  expect(declared.slice(1, 51).every(({ id }) => seen(id).health === "critical")).toBe(true);
  expect(seen("alerts/service").problems.map(({ code }) => code)).toEqual([
    "alertmanager.too-many",
    "alertmanager.unread",
  ]);
});

test("when it does not answer, neither it nor its alerts are shown as known", async () => {
  far.alerts = [{ labels: { alertname: "NodeDown", severity: "critical" } }];
  await observer.observe(sink, signal);
  far.answer = (_request, response) => {
    response.writeHead(503);
    response.end();
    return true;
  };
  await observer.observe(sink, signal);
  expect([...last.values()].map((each) => "error" in each && each.error.code)).toEqual([
    "alertmanager.failing",
    "alertmanager.failing",
  ]);
});

test("a severity that nobody knows is worth a look", () => {
  expect(["CRITICAL", "page", "warning", "P3", undefined, "info"].map(healthOf)).toEqual([
    "critical",
    "critical",
    "warning",
    "warning",
    "warning",
    "ok",
  ]);
});
