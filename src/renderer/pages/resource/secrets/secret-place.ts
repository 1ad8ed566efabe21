import { placeTo } from "../../../state/router.ts";

/** The folder that is shown of a mount, and the secret that was chosen in it or found anywhere. */
export interface SecretPlace {
  folder: string;
  secret: string | null;
}

/** The view of a mount's secrets at a folder, for links; the back button goes from folder to folder. */
export function placeOfSecrets(mount: string, { folder, secret }: SecretPlace): string {
  const query = new URLSearchParams();
  if (folder !== "") query.set("in", folder);
  if (secret !== null) query.set("secret", secret);
  const words = query.toString();
  return `${placeTo("resource", mount, "secrets")}${words === "" ? "" : `?${words}`}`;
}

/** What such a link says; a chosen secret without a folder stands in its own. */
export function secretPlaceIn(query: URLSearchParams): SecretPlace {
  const secret = query.get("secret");
  return { folder: query.get("in") ?? (secret === null ? "" : folderOf(secret)), secret };
}

/** The folder that a secret stands in; empty for the mount itself. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "" : path.slice(0, at);
}

/** A name below a folder, as a path of the mount. */
export function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
