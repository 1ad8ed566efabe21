/** One source's reading of one resource. */
export interface Reading {
  resource: string;
  source: string;
}

/** A reading as one word, and back. */
export function keyOf({ resource, source }: Reading): string {
  return `${resource}\n${source}`;
}

export function readingOf(key: string): Reading {
  const [resource = "", source = ""] = key.split("\n");
  return { resource, source };
}
