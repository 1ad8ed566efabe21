import { type InsideSubject, insideSubjectSchema } from "../../shared/inside.ts";

/** What each call speaks to that may ask for the inside, out of its input, which was not looked at yet. */
const subjects: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>> = {
  "terminal.open": ({ resource, system }) => ({ of: "console", resource, system }),
  "screen.open": ({ resource, system }) => ({ of: "console", resource, system }),
  "forwards.open": ({ resource }) => ({ of: "part", resources: [resource], part: "ports" }),
  "logs.open": ({ resources }) => ({ of: "part", resources, part: "logs" }),
  "manifests.read": ({ id }) => ({ of: "part", resources: [id], part: "manifests" }),
  "manifests.check": ({ resource }) => ({ of: "part", resources: [resource], part: "manifests" }),
  "procedures.takeOver": ({ id }) => ({ of: "run", run: id }),
  "procedures.resume": ({ id }) => ({ of: "run", run: id }),
  "procedures.retry": ({ id }) => ({ of: "run", run: id }),
  "procedures.compensate": ({ id }) => ({ of: "run", run: id }),
  "procedures.rollBack": ({ id }) => ({ of: "run", run: id }),
  "tasks.undo": ({ id }) => ({ of: "task", task: id }),
  "tasks.settle": ({ id }) => ({ of: "task", task: id }),
};

/** Whatever names a Vault speaks to it; to sign out must be possible from anywhere. */
const speaksToVault = /^vault(?!s\.(signOut|watch)$)/;
const ofVault = ({ vault }: Readonly<Record<string, unknown>>) => ({ of: "system", system: vault });

/** What a call is about to speak to; null: it speaks to nobody, sees to it itself, or its input makes no sense. */
export function subjectOf(call: string, input: unknown): InsideSubject | null {
  const of = Object.hasOwn(subjects, call) ? subjects[call] : speaksToVault.test(call) ? ofVault : undefined;
  if (!of || typeof input !== "object" || input === null) return null;
  const read = insideSubjectSchema.safeParse(of(input as Readonly<Record<string, unknown>>));
  return read.success ? read.data : null;
}
