import { openChannel } from "../../state/channel.ts";
import type { Client } from "../../state/client.ts";
import { useOpenScreens } from "../../state/open-screens.ts";
import { MachineScreen } from "./machine-screen.ts";

const screens = new Map<string, { id: string; screen: MachineScreen }>();

/** noVNC is fetched with the first screen, not with the page. */
export const loadPaint = async () => (await import("./painter.ts")).paintWithNovnc;

/** One of a resource's screens, made when first asked for; it outlives its page. */
export function screenOf(id: string, system: string, name: string, client: Client): MachineScreen {
  const key = `${id} ${system}`;
  const known = screens.get(key);
  if (known) return known.screen;
  const screen = new MachineScreen({
    request: async ({ record }, signal) =>
      (await client.screen.open({ resource: id, system, record }, { signal })).channel,
    open: openChannel,
    loadPaint,
  });
  screen.subscribe(() => {
    const { open, add, remove } = useOpenScreens.getState();
    const { phase } = screen.read();
    const isOpen = phase !== "ended" && phase !== "closed";
    const isListed = open.some((each) => each.key === key);
    if (isOpen && !isListed) add({ key, id, name });
    if (!isOpen && isListed) remove(key);
  });
  screens.set(key, { id, screen });
  return screen;
}

/** The screens of a resource that were ever opened in this window. */
export function screensOf(id: string): MachineScreen[] {
  return [...screens.values()].filter((each) => each.id === id).map(({ screen }) => screen);
}
