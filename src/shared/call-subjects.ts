import type { callEffects } from "./call-effects.ts";
import { type InsideSubject, insideSubjectSchema } from "./inside.ts";

type ChangingCall = (typeof callEffects)["changes"][number];
type SubjectOf = (input: Readonly<Record<string, unknown>>) => unknown;

const ofRun: SubjectOf = ({ id }) => ({ of: "run", run: id });
const ofTask: SubjectOf = ({ id }) => ({ of: "task", task: id });
const ofConsole: SubjectOf = ({ resource, system }) => ({ of: "console", resource, system });
const ofVault: SubjectOf = ({ vault }) => ({ of: "system", system: vault });
const ofMount: SubjectOf = ({ mount }) => ({ of: "resource", resource: mount });

/**
 * What each call that changes something speaks to, out of its input, which was not looked at yet. `answerer`: it speaks to
 * what only whoever answers it can tell, and judges by itself, such as an action by its offer and a procedure by its plan.
 * `nobody`: it ends something, or works on this console alone, and is done from anywhere.
 */
const speaksTo: Readonly<Record<ChangingCall, SubjectOf | "answerer" | "nobody">> = {
  "actions.preview": "answerer",
  "actions.start": "answerer",
  "approvals.request": "nobody",
  "approvals.sign": "nobody",
  "drains.wish": "nobody",
  "estate.readList": "nobody",
  "forwards.close": "nobody",
  "forwards.open": ({ resource }) => ({ of: "part", resources: [resource], part: "ports" }),
  "logs.close": "nobody",
  "logs.find": "nobody",
  "logs.open": ({ resources }) => ({ of: "part", resources, part: "logs" }),
  "logs.piece": "nobody",
  "logs.watch": "nobody",
  "manifests.check": ({ resource }) => ({ of: "part", resources: [resource], part: "manifests" }),
  "manifests.read": ({ id }) => ({ of: "part", resources: [id], part: "manifests" }),
  "people.active": "nobody",
  "people.breakGlass": "nobody",
  "people.challenge": "nobody",
  "people.endPass": "nobody",
  "people.forget": "nobody",
  "people.keep": "nobody",
  "people.lock": "nobody",
  "people.makeKey": "nobody",
  "people.reviewPass": "nobody",
  "people.signIn": "nobody",
  "people.signInElsewhere": "nobody",
  "people.signInReturned": "nobody",
  "people.signOut": "nobody",
  "pra.copy": "nobody",
  "pra.drill": "nobody",
  "pra.drillLink": "nobody",
  "pra.endDrill": "nobody",
  "pra.evaluate": "nobody",
  "pra.rehearse": ({ plan, direction, way = "planned" }) => ({ of: "pra", plan, direction, mode: way }),
  "pra.start": ({ plan, direction, mode }) => ({ of: "pra", plan, direction, mode }),
  "procedures.adopt": "nobody",
  "procedures.approve": "nobody",
  "procedures.attach": "nobody",
  "procedures.cancel": "nobody",
  "procedures.compensate": ofRun,
  "procedures.countersign": "nobody",
  "procedures.dryRun": "answerer",
  "procedures.handOver": "nobody",
  "procedures.note": "nobody",
  "procedures.pause": "nobody",
  "procedures.resume": ofRun,
  "procedures.retry": ofRun,
  "procedures.rollBack": ofRun,
  "procedures.skip": "nobody",
  "procedures.start": "answerer",
  "procedures.takeOver": ofRun,
  "questions.answer": "nobody",
  "questions.open": "nobody",
  "rules.mute": "nobody",
  "rules.unmute": "nobody",
  "screen.forgetRecording": "nobody",
  "screen.open": ofConsole,
  "screen.recordingPiece": "nobody",
  "screen.replay": "nobody",
  "secrets.forget": "nobody",
  "secrets.rotate": ({ name }) => ({ of: "secret", name, everywhere: true }),
  "secrets.set": "nobody",
  "secrets.test": ({ name }) => ({ of: "secret", name, everywhere: false }),
  "secrets.unlock": "nobody",
  "tasks.cancel": "nobody",
  "tasks.settle": ofTask,
  "tasks.undo": ofTask,
  "terminal.open": ofConsole,
  "vaultSecrets.folder": ofMount,
  "vaultSecrets.read": ofMount,
  "vaultSecrets.search": ofMount,
  "vaults.rekey": ofVault,
  "vaults.signIn": ofVault,
  "vaults.signOut": "nobody",
  "vaults.tokens": ofVault,
};

/** The calls that may need this workstation to be inside: each has a control that is greyed outside, and is refused there. */
export const insideCalls: readonly string[] = Object.entries(speaksTo).flatMap(([call, to]) =>
  to === "nobody" ? [] : [call],
);

/** What a call is about to speak to; null: it speaks to nobody, sees to it itself, or its input makes no sense. */
export function subjectOf(call: string, input: unknown): InsideSubject | null {
  const of = Object.hasOwn(speaksTo, call) ? speaksTo[call as ChangingCall] : "nobody";
  if (typeof of === "string" || typeof input !== "object" || input === null) return null;
  const read = insideSubjectSchema.safeParse(of(input as Readonly<Record<string, unknown>>));
  return read.success ? read.data : null;
}
