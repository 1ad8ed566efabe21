import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";

/** `ssh.nothing-read`: the script ran, but the host holds nothing that the console knows how to read. */
export function nothingRead(system: string, host: string): OpsError {
  return new OpsError({
    code: "ssh.nothing-read",
    system,
    message: text(
      `${host} told nothing about itself that the console understands.`,
      `${host} n'a rien indiqué sur lui-même que la console comprenne.`,
    ),
    hint: text(
      "Check that it is a Linux host and that the account may read /proc.",
      "Vérifiez qu'il s'agit d'un hôte Linux et que le compte peut lire /proc.",
    ),
  });
}
