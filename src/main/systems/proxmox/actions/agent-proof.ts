import { createHash } from "node:crypto";
import { bytesInWords } from "../../../../shared/amount-words.ts";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import { fieldsOf, flagAt, listOf, numberAt, wordsAt } from "../client/values.ts";
import { whereIs } from "./migrate-call.ts";
import { type ProxmoxActionParts, timesOf } from "./task.ts";

/** A VM, by its number. */
interface Machine {
  id: number;
  node: string;
}

/** A file inside the VM that is read; empty names none, an empty checksum is not compared. */
export interface FileWish {
  file: string;
  sha256: string;
}

/**
 * Waits until the guest agent of a running VM tells its file systems (QEMU guest agent, `guest-get-fsinfo`), then reads the
 * file that is wished for: proof that its operating system has started from the disks that it was given. Throws OpsErrors.
 */
export async function proveByAgent(
  parts: ProxmoxActionParts,
  context: ActionContext,
  machine: Machine,
  wish: FileWish,
): Promise<Verification> {
  const answered = await awaitFilesystems(parts, context, machine);
  if ("why" in answered) return { proven: false, disproven: true, text: answered.why, data: {} };
  const mounted = answered.filesystems.map(({ mountpoint }) => mountpoint).slice(0, mostMounts);
  const used = answered.filesystems.reduce((sum, each) => sum + (each.used ?? 0), 0);
  const data = { objects: answered.filesystems.length, mounted, bytes: used };
  if (answered.filesystems.length === 0)
    return { proven: false, disproven: true, text: nothingMounted, data };
  const { en, fr } = bytesInWords(used);
  const words = text(
    `Its operating system has started and has mounted ${mounted.join(", ")} (${en} in use).`,
    `Son système a démarré et a monté ${mounted.join(", ")} (${fr} utilisés).`,
  );
  if (wish.file === "") return { proven: true, text: words, data };
  const read = await readFile(parts, context, machine, wish);
  return {
    ...read,
    text: text(`${words.en} ${read.text.en}`, `${words.fr} ${read.text.fr}`),
    data: { ...data, ...read.data },
  };
}

const mostMounts = 20;
const nothingMounted = text(
  "Its operating system has started, and has mounted no file system.",
  "Son système a démarré, mais n'a monté aucun système de fichiers.",
);

interface Filesystem {
  mountpoint: string;
  /** Bytes; null where the agent is too old to tell. */
  used: number | null;
}

async function awaitFilesystems(
  parts: ProxmoxActionParts,
  { signal, progress }: Pick<ActionContext, "signal" | "progress">,
  { id, node }: Machine,
) {
  const { look, guestPatience } = timesOf(parts);
  const until = parts.now() + guestPatience;
  progress(text("Its guest agent is waited for.", "Son agent invité est attendu."));
  for (;;) {
    const guest = await whereIs(parts, { id, kind: "qemu", node }, signal);
    if (guest?.power !== "on") return { why: stopped };
    try {
      const at = { node: guest.node, vmid: id };
      const told = await parts.client.call({ request: "guestAgentFilesystems", at, signal });
      return { filesystems: readFilesystems(told) };
    } catch (error) {
      // Until it has started it is refused with 500; a right that is missing will not come with time.
      const isPassing = error instanceof ProxmoxRefusal && error.status >= 500;
      if (!isPassing) {
        if (error instanceof ProxmoxRefusal) return { why: text(error.text.en, error.text.fr) };
        if (signal.aborted || !(error instanceof OpsError) || parts.now() > until) throw error;
      } else if (parts.now() > until) return { why: silent };
    }
    await parts.wait(look, signal);
  }
}

const stopped = text(
  "It has stopped by itself before its guest agent answered.",
  "Elle s'est arrêtée d'elle-même avant que son agent invité ne réponde.",
);
const silent = text(
  "It runs, but its guest agent has not answered in time: nothing shows that its operating system has started.",
  "Elle est en marche, mais son agent invité n'a pas répondu à temps : rien ne montre que son système a démarré.",
);

/** Reads the answer of `guest-get-fsinfo`. */
export function readFilesystems(data: unknown): Filesystem[] {
  return listOf(fieldsOf(data)?.result).flatMap((entry) => {
    const mountpoint = wordsAt(entry, "mountpoint");
    return mountpoint === null ? [] : [{ mountpoint, used: numberAt(entry, "used-bytes") }];
  });
}

async function readFile(
  { client }: ProxmoxActionParts,
  { signal }: Pick<ActionContext, "signal">,
  { id, node }: Machine,
  { file, sha256 }: FileWish,
): Promise<Verification> {
  let fields: ReturnType<typeof fieldsOf>;
  try {
    const parameters = { file };
    fields = fieldsOf(
      await client.call({ request: "guestAgentFile", at: { node, vmid: id }, parameters, signal }),
    );
  } catch (error) {
    if (!(error instanceof ProxmoxRefusal)) throw error;
    const words = text(
      `${file} could not be read: ${error.text.en}`,
      `${file} n'a pas pu être lu : ${error.text.fr}`,
    );
    return { proven: false, disproven: true, text: words, data: { file } };
  }
  const content = typeof fields?.content === "string" ? fields.content : null;
  if (content === null || flagAt(fields, "truncated") === true) {
    const words = text(
      `${file} is too large to be read by the guest agent: choose a smaller one.`,
      `${file} est trop volumineux pour être lu par l'agent invité : choisissez-en un plus petit.`,
    );
    return { proven: false, disproven: true, text: words, data: { file } };
  }
  // Each byte is told as the character of its value.
  const found = createHash("sha256").update(Buffer.from(content, "latin1")).digest("hex");
  const data = { file, sha256: found };
  if (sha256 !== "" && found !== sha256) {
    const words = text(
      `The checksum of ${file} is ${found}, not the one that was expected.`,
      `La somme de contrôle de ${file} est ${found}, et non celle attendue.`,
    );
    return { proven: false, disproven: true, text: words, data };
  }
  const words =
    sha256 === ""
      ? text(`The checksum of ${file} is ${found}.`, `La somme de contrôle de ${file} est ${found}.`)
      : text(`${file} has the expected checksum.`, `${file} a la somme de contrôle attendue.`);
  return { proven: true, text: words, data };
}
