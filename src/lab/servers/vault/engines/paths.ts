import { notFound } from "../core/failure.ts";

/** What lies right below a folder of paths: names, and folders with a slash. Throws VaultFailure when there is nothing. */
export function listBelow(paths: Iterable<string>, folder: string): string[] {
  const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
  const found = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const rest = path.slice(prefix.length);
    const slash = rest.indexOf("/");
    found.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  if (found.size === 0) throw notFound();
  return [...found].sort();
}
