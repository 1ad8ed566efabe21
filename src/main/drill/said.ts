import { z } from "zod";

/** What the lab says once it is ready: its estate file, and the file that says how it takes commands. */
export const labReadySchema = z.object({ estate: z.string(), control: z.string() });

/** A line that a program says of itself; null where it is no JSON, such as a warning of Node. */
export function readLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
