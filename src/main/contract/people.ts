import { requestText } from "../people/approval.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import { anyOf, type Services } from "./services.ts";

/** The part of the contract that is about operators and their approvals. */
export function peopleAnswers(answer: ReturnType<typeof answers>, services: Services) {
  const { people, procedures, estate, conceal } = services;
  const { gates } = procedures.engine;
  return {
    people: {
      watch: answer.people.watch.handler(({ context, signal }) =>
        pushOnChange(
          anyOf(
            (changed) => people.onChange(changed),
            (changed) => estate.onChange(changed),
          ),
          () => people.view(),
          context,
          signal,
        ),
      ),
      keep: answer.people.keep.handler(async ({ input }) => {
        conceal(input.key);
        await people.keep(input.operator, input.key);
        return { kept: true };
      }),
      forget: answer.people.forget.handler(async ({ input }) => ({
        forgotten: await people.forget(input.operator),
      })),
    },
    approvals: {
      request: answer.approvals.request.handler(async ({ input }) => {
        const request = await gates.ask(input.run, input.node, input.to);
        return { request, text: requestText(request) };
      }),
      read: answer.approvals.read.handler(({ input }) => ({ request: people.read(input.text) })),
      sign: answer.approvals.sign.handler(async ({ input, signal }) => {
        const { way } = input;
        if (way.kind !== "agent") conceal(way.passphrase);
        if (way.kind === "key") conceal(way.key);
        const signing = { ...input, signal: signal ?? new AbortController().signal };
        return { signature: (await people.sign(signing)).signature };
      }),
    },
  };
}
