import { Questions } from "../questions.ts";

/** Questions in a run that cannot ask anybody. */
export const nobodyToAsk = new Questions({ interactive: false, now: () => 0 });
