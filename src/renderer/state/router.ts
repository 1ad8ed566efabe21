import { useSyncExternalStore } from "react";

/** Where the window stands: `#/resource/tower-a/facts?sort=name` is path ["resource", "tower-a", "facts"]. */
export interface Place {
  path: string[];
  query: URLSearchParams;
}

/** Reads a location hash; anything that is not `#/…`, or not decodable, is the start page. */
export function parsePlace(hash: string): Place {
  const empty = { path: [], query: new URLSearchParams() };
  if (!hash.startsWith("#/")) return empty;
  const [path = "", query = ""] = hash.slice(2).split("?", 2);
  try {
    return {
      path: path.split("/").filter(Boolean).map(decodeURIComponent),
      query: new URLSearchParams(query),
    };
  } catch {
    return empty;
  }
}

/** The hash that `parsePlace` reads back, for links: `href={placeTo("resource", id)}`. */
export function placeTo(...path: string[]): string {
  return `#/${path.map(encodeURIComponent).join("/")}`;
}

/** Goes to a place made by `placeTo`; the back button returns. */
export function navigate(hash: string): void {
  window.location.hash = hash;
}

/** Goes to a place without leaving a step for the back button, for tabs and filters. */
export function replacePlace(hash: string): void {
  window.history.replaceState(null, "", hash);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

let known = { hash: "", place: parsePlace("") };

function current(): Place {
  const { hash } = window.location;
  if (hash !== known.hash) known = { hash, place: parsePlace(hash) };
  return known.place;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

/** Where the window stands, as it changes by links, keys and the back button. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, current);
}
