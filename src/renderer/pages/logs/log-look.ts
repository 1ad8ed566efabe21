import { z } from "zod";
import { create } from "zustand";
import { readStored, writeStored } from "../../state/storage.ts";
import { type TimeForm, timeForms } from "./line-words.ts";

const lookSchema = z.object({ time: z.enum(timeForms), wrapped: z.boolean() });

interface LogLook extends z.infer<typeof lookSchema> {
  chooseTime(time: TimeForm): void;
  wrap(wrapped: boolean): void;
}

const key = "logs";

/** How whoever works here wants lines shown; remembered on this workstation. */
export const useLogLook = create<LogLook>((set, get) => {
  const change = (part: Partial<z.infer<typeof lookSchema>>) => {
    set(part);
    const { time, wrapped } = get();
    writeStored(key, { time, wrapped });
  };
  return {
    ...readStored(key, lookSchema, { time: "local", wrapped: false }),
    chooseTime: (time) => change({ time }),
    wrap: (wrapped) => change({ wrapped }),
  };
});
