import { call, ORPCError } from "@orpc/server";
import { expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { sameText } from "../../shared/text.ts";
import { answers } from "./answers.ts";

const context = { drained: async () => {} };
const known = new OpsError({
  code: "run.unknown",
  system: "procedures",
  message: sameText("There is no such run."),
  hint: sameText("Look at the list."),
});

/** What comes of a live query that fails with `thrown` after `pushed` frames, and what of it was reported. */
async function lookedAt(thrown: unknown, pushed: number) {
  const reported: string[] = [];
  const heads: number[] = [];
  let closed = false;
  const answer = answers((error) => reported.push(error.code));
  const watch = answer.journal.watch.handler(async function* () {
    try {
      for (let head = 0; head < pushed; head += 1) yield { head };
      throw thrown;
    } finally {
      closed = true;
    }
  });
  const fault = await (async () => {
    for await (const { head } of await call(watch, undefined, { context, path: ["journal", "watch"] })) {
      heads.push(head);
    }
  })().catch((caught: unknown) => caught);
  return { reported, heads, closed, data: fault instanceof ORPCError ? fault.data : fault };
}

it("what a live query fails with crosses as message and hint, at its beginning and later", async () => {
  for (const pushed of [0, 2]) {
    const { reported, heads, closed, data } = await lookedAt(known, pushed);
    expect(data).toEqual(known.toWire());
    expect(heads).toHaveLength(pushed);
    expect({ reported, closed }).toEqual({ reported: [], closed: true });
  }
});

it("what nobody foresaw in a live query is reported, and its words stay here", async () => {
  const { reported, data } = await lookedAt(new Error("password=secret"), 1);
  expect(reported).toEqual(["general.unexpected"]);
  expect(data).toMatchObject({ code: "general.unexpected" });
  expect(JSON.stringify(data)).not.toContain("secret");
});

it("a live query that is left is closed", async () => {
  let closed = false;
  const answer = answers(() => {});
  const watch = answer.journal.watch.handler(async function* () {
    try {
      for (let head = 0; ; head += 1) yield { head };
    } finally {
      closed = true;
    }
  });
  for await (const { head } of await call(watch, undefined, { context, path: ["journal", "watch"] })) {
    if (head === 2) break;
  }
  expect(closed).toBe(true);
});
