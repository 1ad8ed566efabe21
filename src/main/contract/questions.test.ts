import { afterEach, beforeEach, expect, test } from "vitest";
import { sameText } from "../../shared/text.ts";
import { Questions } from "../reach/questions.ts";
import { openPage } from "./questions.ts";

const page = "https://id.example/authorize?state=1";
let over: AbortController;
beforeEach(() => {
  over = new AbortController();
});
afterEach(() => over.abort());

/** A console that asks to sign in on a page, and for a code without one. */
function asking() {
  const questions = new Questions({ interactive: true, now: Date.now });
  for (const url of [page, null]) {
    const instructions = sameText("Sign in.");
    const asked = { kind: "sign-in" as const, target: `at ${url}`, instructions, fields: [], url };
    questions.ask({ ...asked, expiresAt: Date.now() + 60_000 }, 60_000, over.signal).catch(() => undefined);
  }
  const [withPage, without] = questions.list();
  return { questions, withPage: withPage?.id ?? "", without: without?.id ?? "" };
}

test("a window has the page of a question opened by naming the question, and no other page", async () => {
  const { questions, withPage, without } = asking();
  const opened: string[] = [];
  const openBrowser = async (url: string) => void opened.push(url);
  expect(await openPage({ questions, openBrowser }, withPage)).toEqual({ opened: true });
  expect(opened).toEqual([page]);
  for (const id of [without, "nothing", "https://elsewhere.example/"])
    await expect(openPage({ questions, openBrowser }, id)).rejects.toMatchObject({ code: "questions.gone" });
  expect(opened).toEqual([page]);
});

test("where there is no browser to open, or none that opens, the person is told", async () => {
  const { questions, withPage } = asking();
  expect(await openPage({ questions, openBrowser: undefined }, withPage)).toEqual({ opened: false });
  const openBrowser = () => Promise.reject(new Error("ENOENT"));
  expect(await openPage({ questions, openBrowser }, withPage)).toEqual({ opened: false });
});
