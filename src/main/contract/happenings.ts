import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { answers } from "./answers.ts";
import type { Services } from "./services.ts";

/** What a window gives with every call that pushes. */
interface Receiver {
  drained(): Promise<void>;
}

type Answer = ReturnType<typeof answers>;

/** The answer to what happened to a resource. */
export function happeningsAnswer(answer: Answer, { fleet }: Services) {
  return answer.resources.happenings.handler(({ input: { id }, context, signal }) =>
    pushed(fleet, id, (ending) => fleet.happenings(id, ending), noHappenings, context, signal),
  );
}

/** The answers to the snapshots of a VM, and to what its system does and did with a resource. */
export function hypervisorAnswers(answer: Answer, { fleet }: Services) {
  return {
    snapshots: {
      watch: answer.snapshots.watch.handler(({ input: { id }, context, signal }) =>
        pushed(fleet, id, (ending) => fleet.snapshots(id, ending), noSnapshots, context, signal),
      ),
    },
    remoteTasks: {
      watch: answer.remoteTasks.watch.handler(({ input: { id }, context, signal }) =>
        pushed(fleet, id, (ending) => fleet.remoteTasks(id, ending), noTasks, context, signal),
      ),
      log: answer.remoteTasks.log.handler(({ input: { id, task }, context, signal }) =>
        pushed(fleet, id, (ending) => fleet.remoteTaskLog(id, task, ending), noTasks, context, signal),
      ),
    },
  };
}

/** What a system pushes of a resource, no faster than the window takes it. */
async function* pushed<Pushed>(
  fleet: Pick<Services["fleet"], "lookAt">,
  resource: string,
  open: (ending: AbortSignal) => AsyncIterable<Pushed> | null,
  none: (resource: string) => OpsError,
  receiver: Receiver,
  signal: AbortSignal | undefined,
): AsyncGenerator<Pushed> {
  const ending = new AbortController();
  const either = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  try {
    const stream = open(either);
    if (!stream) throw none(resource);
    for await (const each of stream) {
      yield each;
      await receiver.drained();
      fleet.lookAt([resource]);
    }
  } finally {
    ending.abort();
  }
}

function noHappenings(resource: string): OpsError {
  return nothing(
    "happenings.none",
    text(`Nothing records what happens to ${resource}.`, `Rien n'enregistre ce qui arrive à ${resource}.`),
    text(
      "Look at the events of a cluster or of something in it.",
      "Consultez les événements d'une grappe ou de ce qu'elle contient.",
    ),
  );
}

function noSnapshots(resource: string): OpsError {
  return nothing(
    "snapshots.none",
    text(`No system keeps snapshots of ${resource}.`, `Aucun système ne garde d'instantanés de ${resource}.`),
    text("Look at those of a VM.", "Consultez ceux d'une VM."),
  );
}

function noTasks(resource: string): OpsError {
  return nothing(
    "remote-tasks.none",
    text(
      `No system tells what it does with ${resource}.`,
      `Aucun système n'indique ce qu'il fait de ${resource}.`,
    ),
    text(
      "Look at the tasks of a hypervisor, or of something in it.",
      "Consultez les tâches d'un hyperviseur ou de ce qu'il contient.",
    ),
  );
}

function nothing(code: string, message: LocalText, hint: LocalText): OpsError {
  return new OpsError({ code, system: "console", message, hint });
}
