import { expect, test } from "vitest";
import type { ListRow } from "../../shared/live.ts";
import { sameText } from "../../shared/text.ts";
import { sameRow } from "./rows.ts";

const row: ListRow = {
  id: "a",
  kind: "host",
  name: "A",
  system: "ssh",
  parent: null,
  site: "north",
  environment: null,
  health: "ok",
  stale: false,
  seenAt: 1,
  problem: null,
  cells: { "load.one": 1, "units.failed": ["ssh"] },
};

test("a line is sent again when anything in it changed, and only then", () => {
  const changes: Partial<ListRow>[] = [
    { kind: "vm" },
    { name: "B" },
    { system: "amt" },
    { parent: "b" },
    { site: null },
    { environment: "test" },
    { health: "critical" },
    { stale: true },
    { seenAt: 2 },
    { problem: sameText("x") },
    { cells: {} },
    { cells: { "load.one": 1 } },
    { cells: { "load.one": 2, "units.failed": ["ssh"] } },
    { cells: { "load.one": 1, "units.failed": ["cron"] } },
    { cells: { "load.one": 1, "units.failed": ["ssh", "cron"] } },
    { cells: { "load.one": 1, "os.name": "x" } },
  ];
  for (const change of changes)
    expect(sameRow(row, { ...row, ...change }), JSON.stringify(change)).toBe(false);
  expect(sameRow(row, structuredClone(row))).toBe(true);
});
