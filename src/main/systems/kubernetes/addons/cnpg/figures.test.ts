import fc from "fast-check";
import { expect, test } from "vitest";
import { figuresIn } from "./figures.ts";

test("figures are read by their names, with labels or without", () => {
  const words = [
    "# TYPE cnpg_pg_replication_lag gauge",
    "cnpg_pg_replication_lag 3.5",
    'cnpg_pg_replication_in_recovery{role="standby"} 1',
    "cnpg_pg_replication_is_wal_receiver_up 1 1735689600000",
    "cnpg_pg_stat_archiver_seconds_since_last_archival -1",
  ];
  expect(figuresIn(words.join("\n"))).toEqual({
    lag: 3.5,
    inRecovery: true,
    isReceiving: true,
    archivedBefore: null,
  });
});

test("a lag is none where nothing is received, and where there is no recovery", () => {
  const of = (recovery: number, receiver: number) =>
    figuresIn(
      `cnpg_pg_replication_lag 0\ncnpg_pg_replication_in_recovery ${recovery}\ncnpg_pg_replication_is_wal_receiver_up ${receiver}\n`,
    ).lag;
  expect([of(1, 1), of(1, 0), of(0, 0)]).toEqual([0, null, null]);
});

test("whatever an exporter says is figures or none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (words) => {
      const { lag, archivedBefore } = figuresIn(words);
      for (const each of [lag, archivedBefore]) expect(each === null || each >= 0).toBe(true);
    }),
  );
});
