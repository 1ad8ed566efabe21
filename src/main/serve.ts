import type { BindingOptions } from "./shell/browser/binding.ts";
import { type BrowserShell, startBrowserShell } from "./shell/browser/browser-shell.ts";
import { findRenderer } from "./shell/content/renderer-files.ts";
import type { ShellHostFactory } from "./shell/shell-host.ts";

export interface ServeOptions extends BindingOptions {
  createHost: ShellHostFactory;
  /** Gets each one-time link: the first when the console is ready, others as somebody asks for them. */
  announce(link: string, looksOnly: boolean): void;
  /** Whether there are also links for those who may only look, and the page that they lead to. */
  looking?: { place: string } | undefined;
  /** Ends the serving. */
  stop: AbortSignal;
  /** The built renderer; found by itself when left out. */
  rendererFolder?: string;
}

/**
 * Runs the console behind the browser shell until `stop` aborts; then says good-bye to the browsers and closes the
 * console. Throws OpsError when it may not or cannot listen there, or when the console cannot be made.
 */
export async function serveInBrowser(options: ServeOptions): Promise<void> {
  const rendererFolder = options.rendererFolder ?? findRenderer(import.meta.dirname);
  const host = await options.createHost("browser");
  try {
    const shell = await startBrowserShell({ ...options, host, rendererFolder });
    try {
      await announceLinks(shell, options);
    } finally {
      await shell.close();
    }
  } finally {
    await host.close();
  }
}

/**
 * Announces a link now and whenever somebody asks, until `stop` aborts: by Enter in the console's own terminal, or
 * by SIGHUP where it has none. With a terminal SIGHUP keeps its meaning, which is that the terminal is gone.
 */
async function announceLinks(
  shell: BrowserShell,
  { announce, looking, stop }: Pick<ServeOptions, "announce" | "looking" | "stop">,
): Promise<void> {
  const announceNext = () => {
    announce(shell.newLink(), false);
    if (looking) announce(shell.newLookingLink(looking.place), true);
  };
  const { stdin } = process;
  if (stdin.isTTY) stdin.on("data", announceNext);
  else process.on("SIGHUP", announceNext);
  try {
    announceNext();
    if (stop.aborted) return;
    await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  } finally {
    process.off("SIGHUP", announceNext);
    stdin.off("data", announceNext);
    if (stdin.isTTY) stdin.pause();
  }
}
