import { type DrillRequest, drillPlaceSchema } from "../../shared/drill.ts";
import { faultOf } from "../../shared/drill-faults.ts";
import { OpsError } from "../../shared/errors.ts";
import type { EstateCopy } from "../../shared/estate-copy.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { replaceFile } from "../files/replace-file.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { complain, complainOf, inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;
const options = {
  ...signInOptions,
  estate: { type: "string" },
  out: { type: "string" },
  on: { type: "string" },
  fault: { type: "string", multiple: true },
  anonymous: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/**
 * `passerelle drill copy`: reads everything once and writes the copy of the estate that a drill is made on, and tells what is
 * left out of it. `passerelle drill start PLAN`: drills a plan in a lab and a console of its own until it is interrupted, and
 * brings what was gone through there back into the journal.
 */
export async function drill(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, options);
  const [verb, subject, ...more] = positionals;
  if (verb === "console" && subject !== undefined && more.length === 0) {
    return (await import("./drill-console.ts")).drillConsole(subject);
  }
  const on = drillPlaceSchema.safeParse(values.on ?? "copy");
  if (verb === "start" && subject !== undefined && more.length === 0 && on.success) {
    const faults = (values.fault ?? []).map(faultOf);
    return withConsole(
      values,
      (parts, signal) => start(parts, { plan: subject, on: on.data, faults }, signal),
      { needs: "operate" },
    );
  }
  const { out } = values;
  if (verb !== "copy" || subject !== undefined || out === undefined) {
    throw usageError(
      text(
        "drill takes copy [--anonymous] --out FILE, or start PLAN --on lab|copy [--fault WORDS ...].",
        "drill attend copy [--anonymous] --out FICHIER, ou start PLAN --on lab|copy [--fault MOTS ...].",
      ),
    );
  }
  const copy = await withConsole(values, (parts, signal) => copyOf(parts, values.anonymous === true, signal));
  await keep(out, copy);
  if (values.json) sayJson({ copy: out, leftOut: copy.leftOut });
  else sayCopy(out, copy);
  return 0;
}

/** Drills until the signal or the drill itself ends it. */
async function start(
  { fleet, drills }: ConsoleParts,
  request: DrillRequest,
  signal: AbortSignal,
): Promise<number> {
  const pick = inWords(terminalLanguage());
  if (request.on === "copy") {
    await fleet.observeAll(AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
    signal.throwIfAborted();
  }
  const id = await drills.start(request);
  const told = text("Open within a minute, once", "À ouvrir dans la minute, une seule fois");
  say(`${pick(told)}: ${await drills.link(id)}`);
  const view = () => drills.list().find((each) => each.id === id);
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    drills.onChange(() => {
      if (view()?.state === "failed") resolve();
    });
    if (signal.aborted) resolve();
  });
  if (view()?.state === "running") await drills.end(id);
  const last = view();
  if (last?.error) complainOf(last.error, terminalLanguage());
  const passages = text("passages brought back", "passages rapportés");
  say(`${last?.passages ?? 0} ${pick(passages)}`);
  return last?.state === "ended" ? 0 : 1;
}

/** The copy of what is known once everything was read, as far as it can be reached. */
async function copyOf(
  { fleet, copies }: ConsoleParts,
  anonymous: boolean,
  signal: AbortSignal,
): Promise<EstateCopy> {
  await fleet.observeAll(AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
  return copies.make({ anonymous, signal });
}

async function keep(out: string, copy: EstateCopy): Promise<void> {
  try {
    await replaceFile(out, `${JSON.stringify(copy, null, 2)}\n`);
  } catch (cause) {
    if (cause instanceof OpsError) throw cause;
    throw new OpsError({
      code: "drill.copy-not-kept",
      system: "drill",
      message: text(
        `The copy could not be written to ${out}.`,
        `La copie n'a pas pu être écrite dans ${out}.`,
      ),
      hint: text(
        "Name a file in a folder that you may write to.",
        "Indiquez un fichier d'un dossier où vous pouvez écrire.",
      ),
      cause,
    });
  }
}

function sayCopy(out: string, { systems, leftOut }: EstateCopy): void {
  const pick = inWords(terminalLanguage());
  for (const [id, { type }] of Object.entries(systems)) say(`${id}  ${type}`);
  const sayLeftOut = (words: string, en: string, fr: string) => complain(`${pick(text(en, fr))}: ${words}`);
  for (const { id, type } of leftOut.systems) sayLeftOut(`${id} (${type})`, "left out", "laissé de côté");
  for (const id of leftOut.resources) sayLeftOut(id, "left out", "laissé de côté");
  for (const { procedure, step } of leftOut.steps)
    sayLeftOut(`${procedure}/${step}`, "step left out", "étape laissée de côté");
  say(out);
}
