import { describe, expect, it } from "vitest";
import type { Variable } from "../../../shared/procedure.ts";
import { initialValues, valuesOf } from "./values.ts";

const variables: Record<string, Variable> = {
  hosts: { type: "resources" },
  target: { type: "resource" },
  count: { type: "number", default: 2 },
  pause: { type: "duration", default: "30s" },
  level: { type: "choice", choices: [{ value: "a" }, { value: "b" }] },
  force: { type: "boolean", default: true },
};

describe("the values of a procedure", () => {
  it("begin with the defaults", () => {
    expect(initialValues(variables)).toEqual({
      hosts: [],
      target: "",
      count: "2",
      pause: "30s",
      level: "",
      force: true,
    });
    expect(initialValues({ hosts: { type: "resources", default: "all" } })).toEqual({ hosts: "all" });
  });

  it("begin with what a link says, and leave alone what it does not name or what is none of them", () => {
    const link = new URLSearchParams("hosts=web-1&hosts=db-1&target=a/b&force=false&level=a&other=1");
    expect(initialValues(variables, link)).toEqual({
      hosts: ["web-1", "db-1"],
      target: "a/b",
      count: "2",
      pause: "30s",
      level: "a",
      force: false,
    });
    expect(initialValues(variables, new URLSearchParams("hosts=all")).hosts).toBe("all");
  });

  it("name what is missing, and leave out what has a default", () => {
    const typed = { ...initialValues(variables), count: " ", pause: "" };
    expect(valuesOf(variables, typed)).toEqual({
      values: { force: true },
      missing: ["hosts", "target", "level"],
    });
  });

  it("are numbers where they are, and words where main has to say what is wrong", () => {
    const typed = { ...initialValues(variables), hosts: ["web-1"], target: "db-1", level: "a" };
    expect(valuesOf(variables, { ...typed, count: "1,5" })).toEqual({
      values: { hosts: ["web-1"], target: "db-1", count: 1.5, pause: "30s", level: "a", force: true },
      missing: [],
    });
    expect(valuesOf(variables, { ...typed, count: "many" }).values.count).toBe("many");
    expect(valuesOf(variables, { ...typed, hosts: "all" }).values.hosts).toBe("all");
  });
});
