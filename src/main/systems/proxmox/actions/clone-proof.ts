import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied, Verification } from "../../../actions/action.ts";
import { type CloneInput, cloudInitOf } from "./clone-input.ts";
import type { GuestNow } from "./guest.ts";
import { type MadeGuest, readShape } from "./made-guest.ts";
import { whereIs } from "./migrate-call.ts";
import { type ProxmoxActionParts, timesOf } from "./task.ts";

/** Says where it stopped, and what is left of it. */
export async function halfDone(
  parts: ProxmoxActionParts,
  context: ActionContext,
  made: MadeGuest,
  { data }: Applied,
): Promise<Verification> {
  const why = data.why as LocalText;
  const guest = await whereIs(parts, made, context.signal);
  const left = guest
    ? text(
        `The clone ${made.id} (${made.name}) is there, not finished: finish or delete it in Proxmox VE.`,
        `Le clone ${made.id} (${made.name}) existe, inachevé : terminez-le ou supprimez-le dans Proxmox VE.`,
      )
    : text("Nothing of it is left.", "Il n'en reste rien.");
  return {
    proven: false,
    disproven: true,
    text: text(`${why.en} ${left.en}`, `${why.fr} ${left.fr}`),
    data: { made: made.id, left: guest !== null },
  };
}

/** Compares what was made with what was wished for; it is given a while to start. */
export async function proveClone(
  parts: ProxmoxActionParts,
  context: ActionContext,
  input: CloneInput,
  made: MadeGuest,
): Promise<Verification> {
  const { look } = timesOf(parts);
  const until = parts.now() + look * 10;
  for (;;) {
    const guest = await whereIs(parts, made, context.signal);
    const data = { made: made.id, node: guest?.node ?? null, power: guest?.power ?? null };
    if (!guest) {
      const words = text(`There is no VM ${made.id}.`, `Il n'y a pas de VM ${made.id}.`);
      return { proven: false, text: words, data };
    }
    const wrong = await differencesIn(parts, context, guest, input);
    const runs = !input.start || guest.power === "on";
    if (wrong.length === 0 && guest.lock === null && runs) {
      const words = text(
        `The VM ${made.id} (${input.name}) is on ${guest.node} as it was wished for.`,
        `La VM ${made.id} (${input.name}) est sur ${guest.node}, telle que demandée.`,
      );
      return { proven: true, text: words, data };
    }
    if (parts.now() > until) {
      const list = [...wrong, ...(runs ? [] : ["power"]), ...(guest.lock ? [`lock=${guest.lock}`] : [])].join(
        ", ",
      );
      const words = text(
        `The VM ${made.id} is there, but not as it was wished for: ${list}.`,
        `La VM ${made.id} existe, mais pas telle que demandée : ${list}.`,
      );
      return { proven: false, text: words, data: { ...data, wrong } };
    }
    await parts.wait(look, context.signal);
  }
}

/** The names of the options that are not as they were wished for; a password is only told to be there. */
async function differencesIn(
  parts: ProxmoxActionParts,
  { signal }: ActionContext,
  guest: GuestNow,
  input: CloneInput,
): Promise<string[]> {
  const { fields } = await readShape(parts, guest.at, signal);
  const hidden = input.passwordFrom === "" ? null : "";
  const wished = { name: input.name, ...cloudInitOf(input, hidden) };
  return Object.entries(wished)
    .filter(([name, value]) => {
      if (value === undefined) return false;
      const is = fields?.[name];
      if (name === "cipassword") return is === undefined;
      return name === "sshkeys" ? keysIn(is) !== input.keys : is !== value;
    })
    .map(([name]) => name);
}

/** The keys as they were given: told in percent-encoding, once. */
function keysIn(value: unknown): string | null {
  if (typeof value !== "string") return null;
  try {
    return decodeURIComponent(value).trim();
  } catch {
    return null;
  }
}
