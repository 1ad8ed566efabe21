import { actions } from "./actions.ts";
import { common } from "./common.ts";
import { frame } from "./frame.ts";
import { list } from "./list.ts";
import { overview } from "./overview.ts";
import { questions } from "./questions.ts";
import { tasks } from "./tasks.ts";

/** Every English text, one file a page. */
export const en = { actions, common, frame, list, overview, questions, tasks };
