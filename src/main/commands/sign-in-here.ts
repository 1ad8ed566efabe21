import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import type { Proof } from "../../shared/sign-in.ts";
import { text } from "../../shared/text.ts";
import { commandSeat } from "../console/sign-in.ts";
import type { ConsoleParts } from "../console.ts";

/** Characters of a key file. */
const largestKey = 20_000;

/**
 * Has a command be given by an operator: with the key in a file, the one that the console keeps if its passphrase is in
 * PASSERELLE_KEY_PASSPHRASE, else by ssh-agent; nothing is asked for. Throws OpsError `cli.cannot-read` or what is wrong
 * with the key.
 */
export async function signInHere(
  { people, signIn, conceal }: Pick<ConsoleParts, "people" | "signIn" | "conceal">,
  { as, identity }: { as: string; identity: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const passphrase = process.env.PASSERELLE_KEY_PASSPHRASE ?? "";
  if (passphrase !== "") conceal(passphrase);
  const kept = people.operators().some((one) => one.id === as && one.kept);
  const proof: Proof =
    identity !== undefined
      ? { kind: "key", key: await keyIn(identity), passphrase }
      : kept && passphrase !== ""
        ? { kind: "kept", passphrase }
        : { kind: "agent" };
  if (proof.kind === "key") conceal(proof.key);
  await signIn.signIn(commandSeat, as, proof, signal);
}

async function keyIn(file: string): Promise<string> {
  const words = await readFile(resolve(file), "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (words.length > largestKey) throw unreadable(file);
  return words;
}

function unreadable(file: string, cause?: unknown): OpsError {
  return new OpsError({
    code: "cli.cannot-read",
    system: "cli",
    message: text(
      `The key file ${basename(file)} could not be read, or is far too large.`,
      `Le fichier de clé ${basename(file)} n'a pas pu être lu, ou est beaucoup trop grand.`,
    ),
    hint: text("Check its name and that you may read it.", "Vérifiez son nom et que vous pouvez le lire."),
    cause,
  });
}
