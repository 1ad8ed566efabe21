import { describe, expect, it } from "vitest";
import { type NewQuestion, Questions } from "./questions.ts";
import { faultOf } from "./testing/surroundings.ts";

const hostKey: NewQuestion = {
  kind: "host-key",
  target: "tower-a",
  address: "192.0.2.1",
  algorithm: "ssh-ed25519",
  fingerprint: "SHA256:x",
};
const prompts: NewQuestion = {
  kind: "prompts",
  target: "tower-a",
  instructions: "",
  prompts: [{ text: "Code", echo: false }],
};
const never = new AbortController().signal;

function interactive(): Questions {
  return new Questions({ interactive: true, now: () => 42 });
}

describe("questions", () => {
  it("stand in the list until they are answered, and tell each change", async () => {
    const questions = interactive();
    let changes = 0;
    const stop = questions.onChange(() => changes++);
    const asked = questions.ask(prompts, 10_000, never);
    const [question] = questions.list();
    expect(question).toMatchObject({ ...prompts, at: 42 });
    expect(questions.answer(question?.id ?? "", { accept: true, answers: ["123456"] })).toBe(true);
    expect(await asked).toEqual(["123456"]);
    expect(questions.list()).toEqual([]);
    expect(questions.answer(question?.id ?? "", { accept: true, answers: [] })).toBe(false);
    expect(changes).toBe(2);
    stop();
  });

  it("stand once when they are asked twice", () => {
    const questions = interactive();
    questions.post(hostKey, () => undefined);
    questions.post(hostKey, () => undefined);
    questions.post({ ...hostKey, fingerprint: "SHA256:y" }, () => undefined);
    expect(questions.list()).toHaveLength(2);
  });

  it("stay open when the answer cannot be carried out", () => {
    const questions = interactive();
    questions.post(hostKey, () => {
      throw new Error("disk full");
    });
    const id = questions.list()[0]?.id ?? "";
    expect(() => questions.answer(id, { accept: true, answers: [] })).toThrow("disk full");
    expect(questions.list()).toHaveLength(1);
  });

  it("end when declined, unanswered, given up or withdrawn", async () => {
    const questions = interactive();
    const declined = questions.ask(prompts, 10_000, never);
    questions.answer(questions.list()[0]?.id ?? "", { accept: false, answers: [] });
    expect((await faultOf(declined)).code).toBe("reach.question-declined");
    expect((await faultOf(questions.ask(prompts, 1, never))).code).toBe("reach.question-unanswered");
    const giveUp = new AbortController();
    const given = questions.ask(prompts, 10_000, giveUp.signal);
    giveUp.abort();
    expect((await faultOf(given)).code).toBe("general.cancelled");
    const withdrawn = questions.ask(prompts, 10_000, never);
    questions.withdraw(({ target }) => target === "tower-a");
    expect((await faultOf(withdrawn)).code).toBe("reach.question-unanswered");
    expect(questions.list()).toEqual([]);
  });

  it("are refused at once where nobody can answer", async () => {
    const questions = new Questions({ interactive: false, now: () => 0 });
    expect((await faultOf(questions.ask(prompts, 10_000, never))).code).toBe("reach.nobody-to-ask");
    expect(questions.list()).toEqual([]);
  });
});
