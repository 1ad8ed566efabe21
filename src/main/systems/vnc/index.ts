import type { Declaration } from "../../../shared/resource.ts";
import { type VncSystemConfig, vncSystemSchema } from "../../../shared/systems/vnc.ts";
import type { ScreenSource, System, SystemConsole, SystemContext, SystemDefinition } from "../system.ts";
import { noScreen } from "./faults.ts";
import { openScreen } from "./open-screen.ts";
import { vncScreens } from "./screens.ts";

/** Nothing is ever read: a VNC server locks out addresses that connect without logging in. */
const every = 24 * 3_600_000;

const screenConsole: readonly SystemConsole[] = [{ kind: "screen", unavailable: null }];

/**
 * Screens of hosts and VMs that an RFB server shows (QEMU, Xvnc, x11vnc …). It only opens them; a screen has the
 * identifier of the host or VM that it belongs to, so that another system may read that one.
 */
export const vncSystem: SystemDefinition<VncSystemConfig> = {
  type: "vnc",
  config: vncSystemSchema,
  create: createVncSystem,
};

function createVncSystem(config: VncSystemConfig, context: SystemContext): System {
  const closing = new AbortController();
  const screens = vncScreens(config);
  const open = new Set<ScreenSource>();
  const secrets = [...screens.values()].flatMap(({ id, password }) =>
    password === null ? [] : [{ reference: password, usedBy: id }],
  );
  return {
    id: context.id,
    type: "vnc",
    every,
    declarations: () => declarations(config, context.id),
    observe: () => Promise.resolve(),
    actions: [],
    consoles: (resource) => (screens.has(resource) ? screenConsole : []),
    async openScreen(resource, signal) {
      const screen = screens.get(resource);
      if (!screen) throw noScreen(context.id, resource);
      const parts = { system: context.id, reach: context.reach, secrets: context.secrets };
      const source = await openScreen(screen, parts, AbortSignal.any([signal, closing.signal]));
      open.add(source);
      source.onEnd(() => open.delete(source));
      if (closing.signal.aborted) source.close();
      return source;
    },
    secrets: () => secrets,
    async close() {
      closing.abort();
      for (const source of [...open]) source.close();
    },
  };
}

function declarations(config: VncSystemConfig, system: string): Declaration[] {
  return Object.entries(config.screens).map(([id, screen]) => ({
    id,
    kind: screen.kind,
    name: screen.name ?? id,
    system,
    parent: screen.parent ?? screen.site ?? config.site ?? null,
    site: screen.site ?? config.site ?? null,
    environment: screen.environment ?? config.environment ?? null,
    staleAfter: null,
  }));
}
