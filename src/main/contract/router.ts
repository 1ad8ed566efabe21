import type { OpsError } from "../../shared/errors.ts";
import type { Status } from "../../shared/status.ts";
import { allowlistAnswers } from "./allowlists.ts";
import { answers, seatOf } from "./answers.ts";
import { capacityAnswers } from "./capacity.ts";
import { certificateAnswers } from "./certificates.ts";
import { drainAnswers } from "./drains.ts";
import { forwardAnswers } from "./forwards.ts";
import { happeningsAnswer, hypervisorAnswers } from "./happenings.ts";
import { pushOnChange } from "./live.ts";
import { logAnswers } from "./logs.ts";
import { readList } from "./machine-list.ts";
import { manifestAnswers } from "./manifests.ts";
import { peopleAnswers } from "./people.ts";
import { praAnswers } from "./pra.ts";
import { procedureAnswers } from "./procedures.ts";
import { protectionAnswers } from "./protection.ts";
import { questionAnswers } from "./questions.ts";
import { resourceDetail } from "./resource-detail.ts";
import { ruleAnswers } from "./rules.ts";
import { anyOf, offersOn, type Services } from "./services.ts";
import { consoleStatus } from "./status.ts";
import { taskOutput } from "./task-output.ts";
import { topologyAnswers } from "./topology.ts";
import { vaultSecretAnswers } from "./vault-secrets.ts";
import { vaultAnswers } from "./vaults.ts";

/** Implements the whole contract over the console's parts; `report` hears of errors that were not foreseen. */
export function createRouter(services: Services, report: (error: OpsError) => void) {
  const answer = answers(report, services.door);
  const { inventory, runner, secrets, questions, estate, journal, fleet, reach, recordings } = services;
  const everything = anyOf(
    (changed) => inventory.onChange(changed),
    (changed) => runner.onChange(changed),
    (changed) => secrets.onChange(changed),
    (changed) => questions.onChange(changed),
    (changed) => estate.onChange(changed),
    (changed) => reach.onChange(changed),
    (changed) => journal.onHead(changed),
    (changed) => services.signIn.onChange(changed),
    (changed) => services.protection.onChange(changed),
    (changed) => services.rules.onChange(changed),
  );

  return answer.router({
    about: answer.about.handler(({ context }) => ({
      ...services.about,
      actor: services.about.actor,
      ...(context.looksOnly && { looksOnly: true }),
    })),
    status: {
      watch: answer.status.watch.handler(({ context, signal }) =>
        pushOnChange<Status>(everything, () => consoleStatus(services), context, signal),
      ),
    },
    overview: {
      watch: answer.overview.watch.handler(({ context, signal }) =>
        pushOnChange(everything, () => services.overview(), context, signal),
      ),
    },
    resources: {
      list: answer.resources.list.handler(async function* ({ input, context, signal }) {
        const ending = signal ?? new AbortController().signal;
        for await (const frame of inventory.list(input, ending)) {
          if (input.kinds.length > 0 && frame.order) fleet.lookAt(frame.order);
          yield frame;
          await context.drained();
        }
      }),
      watch: answer.resources.watch.handler(({ input, context, signal }) =>
        pushOnChange(
          anyOf(
            (changed) => inventory.onChange(changed),
            (changed) => runner.onChange(changed),
            (changed) => services.signIn.onChange(changed),
            (changed) => reach.onChange(changed),
          ),
          () => {
            fleet.lookAt([input.id]);
            return resourceDetail(services, seatOf(context), input.id);
          },
          context,
          signal,
        ),
      ),
      refresh: answer.resources.refresh.handler(async ({ input, signal }) => {
        for (const id of input.ids) reach.askAgain(id);
        await fleet.observe(input.ids, signal ?? AbortSignal.timeout(60_000));
        return { asked: input.ids.length };
      }),
      happenings: happeningsAnswer(answer, services),
    },
    actions: {
      offers: answer.actions.offers.handler(({ input, context }) =>
        offersOn(services, seatOf(context), input.resources),
      ),
      preview: answer.actions.preview.handler(({ input }) => runner.preview(input)),
      start: answer.actions.start.handler(async ({ input }) => ({ task: await runner.start(input) })),
    },
    tasks: {
      watch: answer.tasks.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => runner.onChange(changed),
          () => ({ tasks: runner.tasks() }),
          context,
          signal,
        ),
      ),
      children: answer.tasks.children.handler(({ input, context, signal }) =>
        pushOnChange(
          (changed) => runner.onChange(changed),
          () => ({ tasks: runner.children(input.id) }),
          context,
          signal,
        ),
      ),
      output: answer.tasks.output.handler(({ input, context, signal }) =>
        taskOutput(runner, input.id, context, signal),
      ),
      cancel: answer.tasks.cancel.handler(async ({ input }) => ({
        cancelled: runner.cancel(input.id),
      })),
      undo: answer.tasks.undo.handler(async ({ input }) => ({ task: await runner.undo(input.id) })),
      settle: answer.tasks.settle.handler(({ input }) => runner.settle(input.id)),
    },
    capacity: capacityAnswers(answer, services),
    protection: protectionAnswers(answer, services),
    certificates: certificateAnswers(answer, services),
    allowlists: allowlistAnswers(answer, services),
    rules: ruleAnswers(answer, services),
    reach: {
      outside: answer.reach.outside.handler(({ input, context, signal }) =>
        pushOnChange(
          (changed) => services.inside.onChange(changed),
          () => ({ outside: services.inside.reasonAgainst(input) }),
          context,
          signal,
        ),
      ),
    },
    topology: topologyAnswers(answer, services),
    drains: drainAnswers(answer, services),
    logs: logAnswers(answer, services),
    forwards: forwardAnswers(answer, services),
    manifests: manifestAnswers(answer, services),
    ...hypervisorAnswers(answer, services),
    procedures: procedureAnswers(answer, services),
    ...peopleAnswers(answer, services),
    ...vaultAnswers(answer, services),
    vaultSecrets: vaultSecretAnswers(answer, services),
    pra: praAnswers(answer, services),
    terminal: {
      open: answer.terminal.open.handler(async ({ input, signal }) => {
        const size = { columns: input.columns, rows: input.rows };
        return { channel: await services.openTerminal(input.resource, input.system, size, signal) };
      }),
    },
    screen: {
      open: answer.screen.open.handler(async ({ input, signal }) => {
        const { resource, system, record } = input;
        return { channel: await services.screens.open({ resource, system, recorded: record }, signal) };
      }),
      recordings: answer.screen.recordings.handler(({ input, context, signal }) =>
        pushOnChange(
          (changed) => recordings.onChange(changed),
          () => ({ recordings: recordings.list(input.resource) }),
          context,
          signal,
        ),
      ),
      replay: answer.screen.replay.handler(async ({ input }) => ({
        channel: await services.screens.replay(input),
      })),
      recordingPiece: answer.screen.recordingPiece.handler(({ input }) =>
        services.screens.recordingPiece(input),
      ),
      forgetRecording: answer.screen.forgetRecording.handler(async ({ input }) => {
        await services.screens.forgetRecording(input.id);
        return { forgotten: true };
      }),
    },
    journal: {
      page: answer.journal.page.handler(({ input }) => journal.page(input)),
      watch: answer.journal.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => journal.onHead(changed),
          () => ({ head: journal.head }),
          context,
          signal,
        ),
      ),
      verify: answer.journal.verify.handler(() => journal.verify()),
    },
    secrets: {
      watch: answer.secrets.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => secrets.onChange(changed),
          () => secrets.state(),
          context,
          signal,
        ),
      ),
      unlock: answer.secrets.unlock.handler(async ({ input }) => {
        const unlocked = await secrets.unlock(input.passphrase);
        reach.askAgain();
        fleet.hurry();
        return unlocked;
      }),
      set: answer.secrets.set.handler(async ({ input }) => {
        await secrets.set(input.name, input.value);
        reach.askAgain();
        fleet.hurry();
        return { stored: true };
      }),
      test: answer.secrets.test.handler(({ input }) => secrets.test(input.name, services.trials)),
      rotate: answer.secrets.rotate.handler(({ input }) =>
        secrets.rotate(input.name, input.value, services.trials),
      ),
      forget: answer.secrets.forget.handler(({ input }) => secrets.forget(input.name)),
    },
    questions: questionAnswers(answer, services),
    estate: {
      watch: answer.estate.watch.handler(({ context, signal }) =>
        pushOnChange(
          (changed) => estate.onChange(changed),
          () => estate.state(),
          context,
          signal,
        ),
      ),
      readList: answer.estate.readList.handler(({ input }) => readList(services, input)),
    },
    search: answer.search.handler(({ input }) => ({ rows: inventory.search(input.text, input.limit) })),
  });
}
