import type { Plan } from "../../shared/plan.ts";
import type { RunFrame } from "../../shared/procedure-calls.ts";
import { sameText } from "../../shared/text.ts";

/** A plan without steps, to be filled by a test. */
export const emptyPlan: Plan = {
  procedure: "round",
  title: sameText("Round"),
  variables: {},
  parallel: 1,
  nodes: [],
  leftOut: [],
  definitions: {},
  hash: "",
};

/** A run of it that is over. */
export const emptyRun: RunFrame = {
  id: "run-1",
  procedure: "round",
  title: sameText("Round"),
  planHash: "",
  variables: {},
  actor: "operator",
  status: "completed",
  rollingBack: false,
  startedAt: 0,
  endedAt: 0,
  reason: null,
  steps: [],
  forecast: null,
  planEdition: 0,
};
