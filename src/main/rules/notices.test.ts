import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Finding, FindingsFrame } from "../../shared/rules.ts";
import { sameText } from "../../shared/text.ts";
import { type Notice, RuleNotices } from "./notices.ts";

const noon = Date.UTC(2026, 0, 15, 12);
let findings: Finding[];
let changed: () => void;
let isLocked: boolean;
let told: Notice[];
let notices: RuleNotices;

const finding = (name: string, part: Partial<Finding> = {}): Finding => ({
  ...{ key: `vault-sealed ${name}`, rule: "vault-sealed", site: null, environment: null },
  ...{ resource: { id: name, name, kind: "node" }, health: "critical", text: sameText(`${name} is sealed.`) },
  ...{ evidence: [], since: Date.now(), proposal: null, mute: null, ...part },
});

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
  findings = [];
  isLocked = false;
  told = [];
  notices = new RuleNotices({
    rules: {
      frame: () => ({ findings }) as unknown as FindingsFrame,
      onChange: (listener) => {
        changed = listener;
        return () => {};
      },
    },
    isLocked: () => isLocked,
    now: Date.now,
  });
  notices.onNotice((notice) => told.push(notice));
});
afterEach(() => {
  notices.close();
  vi.useRealTimers();
});

it("what is newly found and critical is told of once, and not what had stood before this console or is muted", () => {
  const mute = { until: noon + 1, by: "ada", reason: "x" };
  findings = [
    finding("old", { since: noon - 1 }),
    finding("quiet", { mute }),
    finding("mild", { health: "warning" }),
  ];
  changed();
  expect(told).toEqual([]);
  findings = [...findings, finding("vault-1")];
  changed();
  changed();
  expect(told).toMatchObject([{ title: { en: "Passerelle: vault-1" }, body: { en: "vault-1 is sealed." } }]);
});

it("what comes soon after is told of together, by time alone", () => {
  findings = [finding("vault-1")];
  changed();
  findings = [finding("vault-1"), finding("vault-2"), finding("vault-3")];
  changed();
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(30_000);
  expect(told[1]?.body.en).toBe("vault-2 is sealed. (and 1 more)");
});

it("nothing is told while the window is locked, and what is still so is told afterwards", () => {
  isLocked = true;
  findings = [finding("vault-1")];
  changed();
  expect(told).toEqual([]);
  isLocked = false;
  changed();
  expect(told).toHaveLength(1);
});

it("nobody is told once it is closed", () => {
  notices.close();
  findings = [finding("vault-1")];
  changed();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
});
