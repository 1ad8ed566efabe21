import { z } from "zod";

export const aboutSchema = z.object({
  version: z.string(),
  shell: z.enum(["electron", "browser", "command-line"]),
  actor: z.string(),
  workstation: z.string(),
  lab: z.boolean(),
  /** True in the console of a drill, where nothing is real. */
  drill: z.boolean().optional(),
  dataFolder: z.string(),
  /** True in a window that may only look. */
  looksOnly: z.boolean().optional(),
});
export type About = z.infer<typeof aboutSchema>;
