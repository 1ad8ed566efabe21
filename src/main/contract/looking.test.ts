import { isContractProcedure } from "@orpc/contract";
import { call, ORPCError } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { callEffects, onlyReads } from "../../shared/call-effects.ts";
import { contract } from "../../shared/contract.ts";
import { answers } from "./answers.ts";

/** The path of every call of the contract. */
function pathsOf(part: object, path: string[] = []): string[] {
  if (isContractProcedure(part)) return [path.join(".")];
  return Object.entries(part).flatMap(([name, below]) => pathsOf(below, [...path, name]));
}

const paths = pathsOf(contract);

describe("who may only look", () => {
  it("every call of the contract stands in exactly one list, and nothing else does", () => {
    const listed = [...callEffects.reads, ...callEffects.changes];
    expect(paths.length).toBeGreaterThan(90);
    expect([...listed].sort()).toEqual([...paths].sort());
  });

  it.each(paths)(
    "%s: refused by its path where it changes anything, let through where it reads",
    async (path) => {
      let reached = 0;
      const answer = answers(() => {});
      // One call of the contract stands for all: it is its path alone that counts.
      const one = answer.about.handler(() => {
        reached += 1;
        throw new ORPCError("NOT_FOUND");
      });
      const ask = (looksOnly: boolean) =>
        call(one, undefined, {
          path: path.split("."),
          context: { drained: async () => {}, looksOnly },
        }).catch((thrown: unknown) =>
          thrown instanceof ORPCError ? (thrown.data?.code ?? thrown.code) : String(thrown),
        );
      expect(await ask(true)).toBe(onlyReads(path.split(".")) ? "NOT_FOUND" : "console.looks-only");
      expect(reached).toBe(onlyReads(path.split(".")) ? 1 : 0);
      expect(await ask(false)).toBe("NOT_FOUND");
    },
  );

  it("nothing that begins a run, acts, or opens a session is let through", () => {
    const acts = /(start|open|approve|cancel|set|keep|forget|sign|answer|note|handOver|rollBack|unlock)$/;
    expect(callEffects.reads.filter((path) => acts.test(path))).toEqual([]);
  });
});
