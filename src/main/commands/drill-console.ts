import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type DrillNews, type DrillOrder, drillOrderSchema } from "../../shared/drill.ts";
import type { Console } from "../console.ts";
import { createConsole } from "../console.ts";
import { drilled, PassageNews } from "../drill/drill-passages.ts";
import { FaultPlayer } from "../drill/fault-player.ts";
import { commandLab } from "../drill/lab-commands.ts";
import { hearOrders } from "../drill/utility-programs.ts";
import { serveInBrowser } from "../serve.ts";

/**
 * The console of a drill, behind a browser, as another console starts it: `order` is the file that says on what. It prints
 * a line of JSON for each link, fault that was played and run that has ended (shared/drill.ts); a line that it reads asks
 * for another link, and it ends with its standard input.
 */
export async function drillConsole(order: string): Promise<number> {
  const { plan, faults, estate, control, dataFolder } = drillOrderSchema.parse(
    JSON.parse(await readFile(order, "utf8")),
  );
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const nudge = () => void process.emit("SIGHUP");
  const asked = hearOrders({ nudge, end: onSignal }) ? null : createInterface({ input: process.stdin });
  asked?.on("line", nudge);
  asked?.once("close", onSignal);
  try {
    await serveInBrowser({
      stop: stop.signal,
      announce: (link) => tell({ link }),
      createHost: async (shell) => {
        const console = await createConsole({ estate, dataFolder, shell, lab: true, drill: true });
        const play = (fault: readonly string[]) => commandLab(control, ["fault", ...fault]);
        return following(console, { plan, faults }, play, tell);
      },
    });
    return 0;
  } finally {
    asked?.close();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/**
 * Follows the console of a drill: has its faults played by `play`, and tells of each and of what was gone through, to the
 * last when it is closed.
 */
export function following(
  console: Console,
  { plan, faults }: Pick<DrillOrder, "plan" | "faults">,
  play: (fault: readonly string[]) => Promise<void>,
  tell: (news: DrillNews) => void,
) {
  const { pra, procedures, now } = console.parts;
  const { engine } = procedures;
  const news = new PassageNews();
  const look = () => {
    if (!pra.list().some(({ id }) => id === plan)) return;
    for (const passage of news.fresh(drilled(pra.view(plan)))) tell({ passage });
  };
  const player = new FaultPlayer({
    faults,
    runs: () => engine.runs().filter(({ pra: origin }) => origin?.plan === plan),
    stepsOf: (run) => engine.run(run).steps,
    onChange: (listener) => engine.onChange(listener),
    play,
    onPlayed: ({ index, at, refused }) => tell({ played: { index, at, refused: refused?.toWire() ?? null } }),
    now,
  });
  const stopLooking = engine.onChange(look);
  return {
    serveCalls: console.serveCalls,
    openSession: console.openSession,
    async close() {
      stopLooking();
      await player.close();
      look();
      await console.close();
    },
  };
}

function tell(news: DrillNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}
