import { openChannel } from "../../state/channel.ts";
import type { Client } from "../../state/client.ts";
import { useOpenTerminals } from "../../state/open-terminals.ts";
import { ShellScreen } from "./session.ts";

const screens = new Map<string, ShellScreen>();

/** The screen of one of a resource's shells, made when first asked for; it outlives its tab. */
export function screenOf(id: string, system: string, name: string, client: Client): ShellScreen {
  const key = `${id} ${system}`;
  const known = screens.get(key);
  if (known) return known;
  const screen = new ShellScreen({
    request: async ({ columns, rows }, signal) =>
      (await client.terminal.open({ resource: id, system, columns, rows }, { signal })).channel,
    open: openChannel,
  });
  screen.subscribe(() => {
    const { add, remove } = useOpenTerminals.getState();
    if (screen.read().phase === "ended") remove(key);
    else add({ key, id, name });
  });
  screens.set(key, screen);
  return screen;
}
