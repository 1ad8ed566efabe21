import { expect, it } from "vitest";
import { named, passageLimit, passages } from "./support/go-through.ts";
import { planRows } from "./support/plan-rows.ts";

const goThrough = passages();
const rows = planRows.filter(({ mode, at }) => mode === "disaster" && at !== undefined);

it.each(named(rows))(
  "$mode: $name",
  async (row) => {
    const { result, servedBy } = await goThrough(row);
    expect(result).toMatchObject({ status: "completed", twice: [] });
    expect(servedBy).toEqual({ identity: "north", billing: "north", portal: "north", archive: "north" });
  },
  passageLimit,
);
