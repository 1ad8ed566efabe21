import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import type { SigningWay } from "../../shared/people.ts";
import { text } from "../../shared/text.ts";
import { replaceFile } from "../files/replace-file.ts";
import { readTaskEvents } from "../journal/read-only.ts";
import { largestRequestText, requestText } from "../people/approval.ts";
import { approvalsOf, namespaceOf } from "../procedures/report/approvals.ts";
import { dataFolder, parseOptions, signInOptions, usageError } from "./options.ts";
import { complain, inWords, say, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const options = {
  ...signInOptions,
  estate: { type: "string" },
  to: { type: "string" },
  out: { type: "string" },
  key: { type: "string" },
  refuse: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseOptions<typeof options>>["values"];

/**
 * `passerelle approval request RUN STEP`: what another operator is to sign, on standard output or in a file.
 * `passerelle approval sign FILE --as OPERATOR`: signs such a file by ssh-agent, by the key that this console keeps, or
 * with `--key FILE`; the passphrase comes from PASSERELLE_KEY_PASSPHRASE. `passerelle approval evidence RUN --out FOLDER`:
 * each signed approval as files for `ssh-keygen -Y verify`, from the journal alone. `ssh-keygen -Y sign` does as well as
 * the second, and `procedure resume --signature` hands in what either made.
 */
export async function approval(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, options);
  const [verb, one, two, ...more] = positionals;
  if (more.length === 0) {
    if (verb === "request" && one !== undefined && two !== undefined) return request(one, two, values);
    if (verb === "sign" && one !== undefined && two === undefined) return sign(one, values);
    if (verb === "evidence" && one !== undefined && two === undefined) return evidence(one, values);
  }
  throw usageError(
    text(
      "approval takes request, a run and a step; sign and a file; or evidence and a run.",
      "approval attend request, une exécution et une étape ; sign et un fichier ; ou evidence et une exécution.",
    ),
  );
}

function request(run: string, node: string, values: Values): Promise<number> {
  return withConsole(
    values,
    async ({ procedures: { engine } }) => {
      // Nothing else of the run may be begun by a command that only asks.
      await engine.takeOver(run, "person-decides");
      const asked = requestText(await engine.gates.ask(run, node, values.to ?? null));
      if (values.out === undefined) say(asked);
      else await keep(values.out, asked);
      return 0;
    },
    { needs: "operate" },
  );
}

async function sign(file: string, values: Values): Promise<number> {
  const { as } = values;
  if (as === undefined) {
    throw usageError(text("approval sign takes --as OPERATOR.", "approval sign attend --as OPÉRATEUR."));
  }
  const words = await read(file, largestRequestText);
  const key = values.key === undefined ? null : await read(values.key, largestRequestText);
  // Whoever signs need not be who gives the command: their key is the proof.
  const { estate, data } = values;
  return withConsole({ estate, data }, async ({ people, conceal }, signal) => {
    const passphrase = process.env.PASSERELLE_KEY_PASSPHRASE ?? "";
    if (passphrase !== "") conceal(passphrase);
    const kept = people.operators().find(({ id }) => id === as)?.kept === true;
    const way: SigningWay =
      key !== null
        ? { kind: "key", key, passphrase }
        : kept && passphrase !== ""
          ? { kind: "kept", passphrase }
          : { kind: "agent" };
    const verdict = values.refuse === true ? "refuse" : "approve";
    const { signature, request: asked } = await people.sign({
      request: words,
      operator: as,
      verdict,
      way,
      signal,
    });
    const pick = inWords(terminalLanguage());
    complain(`${pick(asked.text)}  ${asked.procedure}  ${asked.run}  ${asked.node}`);
    if (values.out === undefined) say(signature.trimEnd());
    else await keep(values.out, signature);
    return 0;
  });
}

async function evidence(run: string, values: Values): Promise<number> {
  if (values.out === undefined) {
    throw usageError(
      text("approval evidence takes --out FOLDER.", "approval evidence attend --out DOSSIER."),
    );
  }
  const approvals = approvalsOf(readTaskEvents(dataFolder(values.data), run));
  const signers: string[] = [];
  for (const [index, { approval: one, verdict }] of approvals.entries()) {
    const name = `approval-${index + 1}.json`;
    await keep(join(values.out, name), requestText(one.request));
    await keep(join(values.out, `${name}.sig`), one.signature);
    const space = namespaceOf(verdict);
    signers.push(`${one.operator} namespaces="${space}" ${one.key}`);
    say(`ssh-keygen -Y verify -f allowed_signers -I ${one.operator} -n ${space} -s ${name}.sig < ${name}`);
  }
  await keep(join(values.out, "allowed_signers"), `${[...new Set(signers)].join("\n")}\n`);
  return 0;
}

async function read(file: string, most: number): Promise<string> {
  const words = await readFile(resolve(file), "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (words.length > most) throw unreadable(file);
  return words;
}

async function keep(file: string, words: string): Promise<void> {
  await replaceFile(resolve(file), words).catch((cause: unknown) => {
    throw cause instanceof OpsError ? cause : cannotWrite(file, cause);
  });
}

function unreadable(file: string, cause?: unknown): OpsError {
  return new OpsError({
    code: "cli.cannot-read",
    system: "cli",
    message: text(
      `The file ${basename(file)} could not be read, or is far too large.`,
      `Le fichier ${basename(file)} n'a pas pu être lu, ou est beaucoup trop grand.`,
    ),
    hint: text("Check its name and that you may read it.", "Vérifiez son nom et que vous pouvez le lire."),
    cause,
  });
}

function cannotWrite(file: string, cause: unknown): OpsError {
  return new OpsError({
    code: "cli.cannot-write",
    system: "cli",
    message: text(`The file ${file} could not be written.`, `Le fichier ${file} n'a pas pu être écrit.`),
    hint: text(
      "Check that the folder exists, that you may write there and that there is room.",
      "Vérifiez que le dossier existe, que vous pouvez y écrire et qu'il reste de la place.",
    ),
    cause,
  });
}
