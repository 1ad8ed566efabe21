import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";

/** One file of the built renderer. `hashed` files carry a hash of their content in their name and never change. */
export interface RendererFile {
  body: Buffer;
  type: string;
  hashed: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Vite's asset names: `assets/name-<eight or more characters>.ext`. */
const hashedName = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** Every file that may be served, by its path (`/index.html`, `/assets/…`). What is not in it does not exist. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

/**
 * Reads the built renderer into memory. The list is made here, once, from what is on disk; a request is only
 * ever looked up in it. Throws OpsError `shell.not-built` when there is no page.
 */
export async function readRendererFiles(folder: string): Promise<RendererFiles> {
  const files = new Map<string, RendererFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries.map(async (entry) => {
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) return;
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).split(sep).join("/")}`;
      files.set(path, { body: await readFile(file), type, hashed: hashedName.test(path) });
    }),
  );
  if (!files.has("/index.html")) throw notBuilt();
  return files;
}

/**
 * Finds the built renderer from the folder of any file of the program, built (`out/main/…`) or not (`src/main/…`).
 * Throws OpsError `shell.not-built`.
 */
export function findRenderer(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = basename(folder) === "out" ? join(folder, "renderer") : join(folder, "out", "renderer");
    if (existsSync(join(candidate, "index.html"))) return candidate;
    if (dirname(folder) === folder) throw notBuilt();
  }
}

function notBuilt(): OpsError {
  return new OpsError({
    code: "shell.not-built",
    system: "shell",
    message: text(
      "The window's files have not been built.",
      "Les fichiers de la fenêtre n'ont pas été générés.",
    ),
    hint: text(
      "Run “npm run build”, then start the console again.",
      "Lancez « npm run build », puis redémarrez la console.",
    ),
  });
}
