import { describe, expect, it } from "vitest";
import { type Block, stepStateSchema } from "../../../shared/run.ts";
import { sameText } from "../../../shared/text.ts";
import { choices, countSteps, obstacleTo, readRun } from "./reading.ts";
import { actionNode, container, gateNode, standing } from "./testing/nodes.ts";

const block = (kind: Block["kind"]): Block => ({ kind, text: sameText(kind), nodes: [] });
const names = (list: readonly { node: { id: string } }[]) => list.map(({ node }) => node.id);

describe("reading a run", () => {
  const nodes = [
    container("round", ["x"]),
    ...["a", "b", "c", "d", "e", "f"].map((id) => actionNode(id)),
    gateNode("go"),
  ];

  it("puts what is unknown before what failed, and both before a gate", () => {
    const { person, now } = readRun({ nodes }, [
      standing("go", { state: "waiting", blockedBy: block("gate") }),
      standing("a", { state: "failed", blockedBy: block("person") }),
      standing("b", { state: "unknown-effect", blockedBy: block("person") }),
    ]);
    expect(names(person)).toEqual(["b", "a", "go"]);
    expect(now).toEqual([]);
  });

  it("tells what acts, what is held up, and what comes next", () => {
    const reading = readRun({ nodes }, [
      standing("round", { state: "running" }),
      standing("a", { state: "running" }),
      standing("b", { state: "failed", blockedBy: block("retry") }),
      standing("c", { state: "blocked", blockedBy: block("condition") }),
      standing("d", { state: "blocked", blockedBy: block("needs") }),
      standing("e"),
      standing("f", { state: "verified" }),
      standing("not in the plan yet", { state: "running" }),
    ]);
    expect(names(reading.now)).toEqual(["a", "b"]);
    expect(names(reading.held)).toEqual(["c"]);
    expect(names(reading.next)).toEqual(["d", "e"]);
    expect(reading.person).toEqual([]);
  });

  it("counts steps, not loops, and nothing that is open as done", () => {
    const steps = stepStateSchema.options.map((state, index) => standing(`s${index}`, { state }));
    expect(countSteps({ nodes }, [standing("round", { state: "verified" }), ...steps])).toEqual({
      total: stepStateSchema.options.length,
      done: 3,
    });
  });
});

describe("what a person may do", () => {
  const step = (state: "failed" | "unknown-effect", task: string | null = "t") => ({
    node: actionNode("a"),
    status: standing("a", { state, task }),
  });
  const open = { ended: false, rollingBack: false };

  it("never offers to send again what may have been sent", () => {
    expect(obstacleTo("retry", step("unknown-effect"), open)).toBe("notWhileUnknown");
    const untold = {
      node: actionNode("a"),
      status: standing("a", { state: "compensated", blockedBy: block("person") }),
    };
    expect(obstacleTo("retry", untold, open)).toBeNull();
    expect(obstacleTo("retry", { ...untold, status: { ...untold.status, untold: true } }, open)).toBe(
      "notWhileUnknown",
    );
    expect(obstacleTo("settle", step("unknown-effect"), open)).toBeNull();
    expect(obstacleTo("retry", step("failed"), open)).toBeNull();
    expect(obstacleTo("settle", step("failed"), open)).toBe("nothingUnknown");
    expect(obstacleTo("rollBack", step("failed"), { ...open, pastNoReturn: true })).toBe("pastNoReturn");
    expect(obstacleTo("retry", step("failed"), { ...open, pastNoReturn: true })).toBeNull();
    expect(obstacleTo("compensate", step("failed"), { ...open, rollingBack: true })).toBe(
      "alreadyRollingBack",
    );
  });

  it("leaves only the question what happened when the run is over", () => {
    const free = choices.filter(
      (choice) => obstacleTo(choice, step("unknown-effect"), { ...open, ended: true }) === null,
    );
    expect(free).toEqual(["settle"]);
  });
});
