import type { en } from "../en/index.ts";
import type { Translation } from "../translation.ts";
import { actions } from "./actions.ts";
import { common } from "./common.ts";
import { frame } from "./frame.ts";
import { list } from "./list.ts";
import { overview } from "./overview.ts";
import { questions } from "./questions.ts";
import { tasks } from "./tasks.ts";

/** Every French text; a key that English has and French lacks fails the type check. */
export const fr: Translation<typeof en> = { actions, common, frame, list, overview, questions, tasks };
