import type { Proof } from "../../shared/sign-in.ts";
import { requestText } from "../people/approval.ts";
import { type answers, seatOf } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import { anyOf, type Services } from "./services.ts";

/** The part of the contract that is about operators and their approvals. */
export function peopleAnswers(answer: ReturnType<typeof answers>, services: Services) {
  const { people, signIn, rightsDesk, procedures, estate, conceal, inventory } = services;
  const { gates } = procedures.engine;
  const never = new AbortController().signal;
  const concealProof = (proof: Proof) => {
    if (proof.kind === "kept" || proof.kind === "key") conceal(proof.passphrase);
    if (proof.kind === "key") conceal(proof.key);
  };
  return {
    people: {
      watch: answer.people.watch.handler(({ context, signal }) =>
        pushOnChange(
          anyOf(
            (changed) => people.onChange(changed),
            (changed) => signIn.onChange(changed),
            (changed) => estate.onChange(changed),
          ),
          () => signIn.view(seatOf(context)),
          context,
          signal,
        ),
      ),
      keep: answer.people.keep.handler(async ({ input, context }) => {
        conceal(input.key);
        signIn.demandSelf(seatOf(context), input.operator);
        await people.keep(input.operator, input.key);
        return { kept: true };
      }),
      forget: answer.people.forget.handler(async ({ input, context }) => {
        signIn.demandSelf(seatOf(context), input.operator);
        return { forgotten: await people.forget(input.operator) };
      }),
      makeKey: answer.people.makeKey.handler(async ({ input, context }) => {
        signIn.demandSelf(seatOf(context), input.operator);
        return { key: await people.makeKey(input.operator) };
      }),
      challenge: answer.people.challenge.handler(({ input, context }) => ({
        text: signIn.challenge(seatOf(context), input.operator),
      })),
      signIn: answer.people.signIn.handler(async ({ input, context, signal }) => {
        concealProof(input.proof);
        await signIn.signIn(seatOf(context), input.operator, input.proof, signal ?? never);
        return { operator: input.operator };
      }),
      signInElsewhere: answer.people.signInElsewhere.handler(({ context }) => signIn.begin(seatOf(context))),
      signInReturned: answer.people.signInReturned.handler(async ({ input, context, signal }) => ({
        operator: await signIn.returned(seatOf(context), input.attempt, signal ?? never),
      })),
      signOut: answer.people.signOut.handler(({ context }) => ({
        signedOut: signIn.signOut(seatOf(context)),
      })),
      lock: answer.people.lock.handler(({ context }) => ({ locked: signIn.lock(seatOf(context)) })),
      active: answer.people.active.handler(({ context }) => {
        signIn.active(seatOf(context));
        return { noted: true };
      }),
      mayDo: answer.people.mayDo.handler(({ input, context }) =>
        rightsDesk.mayDo(seatOf(context), inventory.get(input.resource) ?? { site: null, environment: null }),
      ),
      rights: answer.people.rights.handler(({ context, signal }) =>
        pushOnChange(
          anyOf(
            (changed) => signIn.onChange(changed),
            (changed) => estate.onChange(changed),
          ),
          () => rightsDesk.own(seatOf(context)),
          context,
          signal,
        ),
      ),
      breakGlass: answer.people.breakGlass.handler(async ({ input, context, signal }) => {
        concealProof(input.proof);
        return signIn.breakGlass(seatOf(context), input.reason, input.proof, signal ?? never);
      }),
      endPass: answer.people.endPass.handler(({ input, context }) => {
        signIn.endPass(seatOf(context), input.id);
        return { ended: true };
      }),
      reviewPass: answer.people.reviewPass.handler(({ input, context }) => {
        signIn.reviewPass(seatOf(context), input.id, input.words);
        return { reviewed: true };
      }),
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
