import { type LocalText, text } from "../../shared/text.ts";
import type { ActionContext } from "../actions/action.ts";

/** One VM or container that goes to a host, with the names of both. */
export interface Move {
  vm: string;
  name: string;
  to: string;
  toName: string;
}

/** How a move ended: by where the VM is. */
export type MoveEnd = { state: "there" } | { state: "gone" } | { state: "refused"; why: LocalText };

export interface Moved {
  moved: string[];
  /** Deleted meanwhile. */
  gone: string[];
  refused: { vm: string; name: string; why: LocalText }[];
  /** Not begun, because somebody asked for an early end. */
  untried: string[];
}

export interface MoveOptions {
  /** How many move at a time. */
  limit: number;
  /** Heeded between two moves. */
  stopped(): boolean;
  /** Moves one, and says how that ended by reading where it is; `tell` hears which part is done, from 0 to 1. */
  move(move: Move, tell: (fraction: number | null) => void): Promise<MoveEnd>;
}

/**
 * Moves VMs one by one, so many at a time, and goes on with the others when one cannot be moved. What `move` throws says
 * nothing of one VM alone (a lost connection, a missing privilege): it begins no further move and is thrown once those under
 * way have ended.
 */
export async function moveGuests(
  context: Pick<ActionContext, "signal" | "progress" | "output">,
  moves: readonly Move[],
  { limit, stopped, move: moveOne }: MoveOptions,
): Promise<Moved> {
  const result: Moved = { moved: [], gone: [], refused: [], untried: [] };
  const queue = [...moves];
  const under = new Map<string, { move: Move; fraction: number | null }>();
  const trouble: { thrown: unknown }[] = [];
  const tell = () => {
    const ended = result.moved.length + result.gone.length + result.refused.length;
    const parts = [...under.values()].reduce((sum, { fraction }) => sum + (fraction ?? 0), 0);
    context.progress(
      progressWords(result, moves.length, [...under.values()]),
      (ended + parts) / moves.length,
    );
  };
  const one = async (move: Move) => {
    const { vm, name, toName } = move;
    under.set(vm, { move, fraction: null });
    tell();
    try {
      const end = await moveOne(move, (fraction) => {
        under.set(vm, { move, fraction });
        tell();
      });
      if (end.state === "there") result.moved.push(vm);
      else if (end.state === "gone") result.gone.push(vm);
      else result.refused.push({ vm, name, why: end.why });
      const words = end.state === "refused" ? `not moved: ${end.why.en}` : end.state;
      context.output(end.state === "refused" ? "error" : "output", `${name} → ${toName}: ${words}\n`);
    } finally {
      under.delete(vm);
    }
    tell();
  };
  const lane = async () => {
    for (;;) {
      if (stopped() || trouble.length > 0 || context.signal.aborted) return;
      const move = queue.shift();
      if (!move) return;
      await one(move).catch((thrown: unknown) => void trouble.push({ thrown }));
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  const [first] = trouble;
  if (first) throw first.thrown;
  context.signal.throwIfAborted();
  result.untried = queue.map(({ vm }) => vm);
  return result;
}

function progressWords(
  { moved, refused }: Moved,
  total: number,
  under: readonly { move: Move; fraction: number | null }[],
): LocalText {
  const now = under.map(({ move, fraction }) => {
    const percent = fraction === null ? "" : ` (${Math.round(fraction * 100)} %)`;
    return `${move.name} → ${move.toName}${percent}`;
  });
  const last = refused.at(-1);
  const sentences = (language: "en" | "fr") => [
    language === "en"
      ? `VMs moved: ${moved.length} of ${total}.`
      : `VM déplacées : ${moved.length} sur ${total}.`,
    now.length === 0 ? "" : `${now.join(", ")}.`,
    last ? `${last.name}${language === "en" ? ": " : " : "}${last.why[language]}.` : "",
  ];
  return text(sentences("en").filter(Boolean).join(" "), sentences("fr").filter(Boolean).join(" "));
}
