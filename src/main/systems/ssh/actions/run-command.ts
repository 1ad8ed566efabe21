import { createHash } from "node:crypto";
import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, Applied, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import { quoteForShell, shellCommand, wholeScript } from "../../host-script.ts";
import { type HostActionParts, lastReadError } from "./parts.ts";

const inputSchema = z.strictObject({
  command: z
    .string()
    .max(16_384)
    .refine((command) => command.trim() !== "" && !command.includes("\0")),
  /** The host itself ends the command after so many seconds, where it has a usable timeout. */
  deadlineSeconds: z.int().min(1).max(86_400).default(60),
});
type Input = z.infer<typeof inputSchema>;

/** Bytes of each stream that are shown and hashed; what a command says beyond is dropped, and it runs on. */
const outputLimit = 4 * 1024 * 1024;
/** What the connection and the end of the command may take beyond the command's own time, in milliseconds. */
const margin = 20_000;
/** How timeout(1) shows that the time was up: its own exit status, or the end by the signal that it sent. */
const timeoutEnds: unknown[] = [124, 137, 143, "TERM", "KILL", "SIGTERM", "SIGKILL"];

/**
 * A script that runs one command in a shell of its own, without input, ended by the host when its time is up. The
 * command is one quoted word: a script cut short on its way is an unfinished quote and runs nothing.
 */
export function commandScript(command: string, seconds: number): string {
  return wholeScript(`
command=${quoteForShell(command)}
if timeout -k 1 2 true >/dev/null 2>&1; then exec timeout -k 5 ${seconds} sh -c "$command"; fi
if timeout 2 true >/dev/null 2>&1; then exec timeout ${seconds} sh -c "$command"; fi
exec sh -c "$command"
`);
}

/**
 * Runs one command on a host with live output. Proven is that the host reported the exit code 0; another code, or a
 * signal, proves the contrary. The journal keeps the command, the code and a hash of what it said, not the words.
 */
export function runCommandAction(access: HostAccess, parts: HostActionParts): Action<Input> {
  return {
    id: "ssh.run-command",
    title: text("Run a command", "Exécuter une commande"),
    verb: text("Run on", "Exécuter sur"),
    risk: "disruptive",
    effect: "once",
    kinds: ["host", "vm"],
    input: inputSchema,
    fields: [
      {
        name: "command",
        label: text("Command", "Commande"),
        type: "multiline",
        required: true,
        choices: [],
        initial: null,
      },
      {
        name: "deadlineSeconds",
        label: text("End it after (seconds)", "L'arrêter après (secondes)"),
        type: "number",
        required: false,
        choices: [],
        initial: 60,
      },
    ],
    bulk: true,
    appliesTo: (resource) => parts.offers(resource),
    unavailable: (resource) => lastReadError(access, resource),

    describe: (resource, input) => ({
      steps: [
        text(
          `Run the command with sh on ${resource.name}, without a terminal and without input.`,
          `Exécuter la commande avec sh sur ${resource.name}, sans terminal et sans entrée.`,
        ),
        text(
          `End it on the host after ${input.deadlineSeconds} s.`,
          `L'arrêter sur l'hôte au bout de ${input.deadlineSeconds} s.`,
        ),
      ],
      proof: text("The host reports the exit code 0.", "L'hôte rend le code de sortie 0."),
      undo: null,
    }),

    async probe(context) {
      const target = access.target(context.resource.id);
      return {
        state: "needed",
        text: text(`It will run as ${target.user}.`, `Elle sera exécutée par ${target.user}.`),
        observed: { user: target.user },
      };
    },

    async apply(context, input): Promise<Applied> {
      const target = access.target(context.resource.id);
      const hashes = { output: createHash("sha256"), error: createHash("sha256") };
      const startedAt = access.now();
      let bytes = 0;
      const executed = await access.reach.execute(target, shellCommand, {
        signal: context.signal,
        deadline: input.deadlineSeconds * 1000 + margin,
        limit: outputLimit,
        input: commandScript(input.command, input.deadlineSeconds),
        onStarted: () => context.committed(),
        onOutput(stream, words) {
          bytes += Buffer.byteLength(words);
          hashes[stream].update(words);
          context.output(stream, words);
        },
      });
      return {
        data: {
          exitCode: executed.exitCode,
          signal: executed.signal,
          outputBytes: bytes,
          outputSha256: hashes.output.digest("hex"),
          errorSha256: hashes.error.digest("hex"),
          truncated: executed.truncated,
          seconds: Math.round((access.now() - startedAt) / 100) / 10,
        },
      };
    },

    async verify(_context, input, _probe, applied): Promise<Verification> {
      return verdict(applied, input.deadlineSeconds);
    },

    async settle() {
      return {
        effect: "unknown",
        untellable: true,
        text: text(
          "Whether the command ran to its end cannot be read from the host; check its effect by hand.",
          "L'hôte ne permet pas de savoir si la commande est allée à son terme ; vérifiez son effet à la main.",
        ),
        data: {},
      };
    },
  };
}

function verdict({ data }: Applied, deadlineSeconds: number): Verification {
  const { exitCode, signal } = data;
  if (exitCode === 0) {
    return {
      proven: true,
      text: text(
        "The command ended with exit code 0.",
        "La commande s'est terminée avec le code de sortie 0.",
      ),
      data: { exitCode },
    };
  }
  if (timeoutEnds.includes(exitCode ?? signal) && Number(data.seconds) >= deadlineSeconds) {
    return {
      proven: false,
      disproven: true,
      text: text(
        `The host ended the command after ${deadlineSeconds} s.`,
        `L'hôte a arrêté la commande au bout de ${deadlineSeconds} s.`,
      ),
      data: { exitCode: typeof exitCode === "number" ? exitCode : null },
    };
  }
  if (typeof exitCode !== "number") {
    if (typeof signal !== "string") return endNotTold;
    return {
      proven: false,
      disproven: true,
      text: text(
        `The command was ended by the signal ${signal}.`,
        `La commande a été interrompue par le signal ${signal}.`,
      ),
      data: { signal },
    };
  }
  return {
    proven: false,
    disproven: true,
    text: text(
      `The command ended with exit code ${exitCode}.`,
      `La commande s'est terminée avec le code de sortie ${exitCode}.`,
    ),
    data: { exitCode },
  };
}

/** A server may close a channel without a word on how the command ended (RFC 4254, 6.10). */
const endNotTold: Verification = {
  proven: false,
  text: text(
    "The host did not say how the command ended.",
    "L'hôte n'a pas indiqué comment la commande s'est terminée.",
  ),
  data: {},
};
