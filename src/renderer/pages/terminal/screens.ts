import { openChannel } from "../../state/channel.ts";
import type { Client } from "../../state/client.ts";
import { useOpenTerminals } from "../../state/open-terminals.ts";
import { ShellScreen } from "./session.ts";

const screens = new Map<string, ShellScreen>();

/** The screen of a resource's shell, made when first asked for; it outlives its tab. */
export function screenOf(id: string, name: string, client: Client): ShellScreen {
  const known = screens.get(id);
  if (known) return known;
  const screen = new ShellScreen({
    request: async ({ columns, rows }, signal) =>
      (await client.terminal.open({ resource: id, columns, rows }, { signal })).channel,
    open: openChannel,
  });
  screen.subscribe(() => {
    const { add, remove } = useOpenTerminals.getState();
    if (screen.read().phase === "ended") remove(id);
    else add({ id, name });
  });
  screens.set(id, screen);
  return screen;
}
