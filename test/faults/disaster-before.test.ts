import { goThrough } from "./support/go-through.ts";
import { planRows } from "./support/plan-rows.ts";

goThrough(planRows.filter(({ mode, at }) => mode === "disaster" && at === undefined));
