import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "../../shared/text.ts";
import type { BundleContents } from "../bundle/contents.ts";
import { startLab } from "./lab-process.ts";
import { openBundle } from "./open-bundle.ts";
import { dataFolder, estatePath, noFurtherWords, parseOptions, usageError } from "./options.ts";
import { complain, inWords, say, terminalLanguage } from "./terminal-words.ts";

/**
 * `passerelle serve`: the console behind a browser, on an estate or on the embedded lab, until it is interrupted.
 * Prints a one-time link; Enter in its terminal, or SIGHUP, prints a new one.
 */
export async function serve(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    lab: { type: "boolean" },
    open: { type: "boolean" },
    port: { type: "string" },
    bind: { type: "string" },
    "tls-cert": { type: "string" },
    "tls-key": { type: "string" },
    allow: { type: "string", multiple: true },
    name: { type: "string", multiple: true },
    look: { type: "boolean" },
    wall: { type: "string" },
    bundle: { type: "string" },
    identity: { type: "string" },
  });
  noFurtherWords("serve", positionals);
  const onLab = values.lab === true;
  if (onLab && values.estate) {
    throw usageError(text("Give --lab or --estate, not both.", "Donnez --lab ou --estate, pas les deux."));
  }
  if (values.bundle !== undefined && (onLab || values.estate)) {
    throw usageError(
      text("Give --bundle without --lab or --estate.", "Donnez --bundle sans --lab ni --estate."),
    );
  }
  const folder = dataFolder(values.data);
  const opened = values.bundle === undefined ? null : await fromBundle(values.bundle, values.identity);
  // The lab starts while the console's own code is loaded: together they are what one waits for.
  const [lab, { createConsole }, { serveInBrowser }] = await Promise.all([
    onLab ? startLab() : null,
    import("../console.ts"),
    import("../serve.ts"),
  ]);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    await serveInBrowser({
      address: values.bind,
      port: portOf(values.port),
      certificateFile: values["tls-cert"],
      keyFile: values["tls-key"],
      clients: values.allow,
      names: values.name,
      stop: stop.signal,
      createHost: (shell) =>
        createConsole({
          estate: lab?.estate ?? opened ?? estatePath(values.estate),
          // What is tried on the lab stays out of the journal of the real estate.
          dataFolder: lab ? join(folder, "lab") : folder,
          shell,
          lab: onLab,
        }),
      looking: values.look || values.wall !== undefined ? { place: wallPlace(values.wall) } : undefined,
      announce: announcer(values.open === true),
    });
    return 0;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    await lab?.stop();
  }
}

/** Opens a sealed bundle and says how old it is. Throws OpsError `bundle.*`. */
async function fromBundle(file: string, identity: string | undefined): Promise<BundleContents> {
  const contents = await openBundle(file, identity);
  const hours = Math.floor(Math.max(0, Date.now() - contents.madeAt) / 3_600_000);
  const at = new Date(contents.madeAt).toISOString();
  const lacks = contents.missing.join(", ");
  complain(
    inWords(terminalLanguage())(
      text(
        `The bundle is ${hours} h old: made ${at} at ${contents.workstation}.${lacks && ` It lacks ${lacks}.`}`,
        `Le lot scellé a ${hours} h : établi le ${at} sur ${contents.workstation}.${lacks && ` Il y manque ${lacks}.`}`,
      ),
    ),
  );
  return contents;
}

function portOf(words: string | undefined): number | undefined {
  if (words === undefined) return undefined;
  const port = Number(words);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usageError(text("--port is a number from 0 to 65535.", "--port est un nombre de 0 à 65535."));
}

/** The page of a run for a wall; the first page when there is no run. */
function wallPlace(run: string | undefined): string {
  if (run === undefined) return "";
  if (/^[A-Za-z0-9-]{1,100}$/.test(run)) return `/wall/${run}`;
  throw usageError(text("--wall is the identifier of a run.", "--wall est l'identifiant d'une exécution."));
}

function announcer(open: boolean): (link: string, looksOnly: boolean) => void {
  let opened = false;
  return (link, looksOnly) => {
    const pick = inWords(terminalLanguage());
    const words = looksOnly
      ? text("To look only, within a minute, once", "Pour regarder seulement, dans la minute, une seule fois")
      : text("Open within a minute, once", "À ouvrir dans la minute, une seule fois");
    say(`${pick(words)}: ${link}`);
    if (!open || opened || looksOnly) return;
    opened = true;
    openInBrowser(link);
  };
}

/** Hands the link to the desktop's browser; where there is none the printed link is what remains. */
function openInBrowser(link: string): void {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open", link]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", link]
        : ["xdg-open", link];
  const child = spawn(program ?? "xdg-open", words, { stdio: "ignore", detached: true });
  child.once("error", () => undefined);
  child.unref();
}
