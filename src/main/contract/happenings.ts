import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { answers } from "./answers.ts";
import type { Services } from "./services.ts";

/** The answer to what happened to a resource: what its system pushes, no faster than the window takes it. */
export function happeningsAnswer(answer: ReturnType<typeof answers>, { fleet }: Services) {
  return answer.resources.happenings.handler(async function* ({ input, context, signal }) {
    const ending = new AbortController();
    const either = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
    try {
      const happenings = fleet.happenings(input.id, either);
      if (!happenings) throw noHappenings(input.id);
      for await (const each of happenings) {
        yield each;
        await context.drained();
        fleet.lookAt([input.id]);
      }
    } finally {
      ending.abort();
    }
  });
}

function noHappenings(resource: string): OpsError {
  return new OpsError({
    code: "happenings.none",
    system: "console",
    message: text(
      `Nothing records what happens to ${resource}.`,
      `Rien n'enregistre ce qui arrive à ${resource}.`,
    ),
    hint: text(
      "Look at the events of a cluster or of something in it.",
      "Consultez les événements d'une grappe ou de ce qu'elle contient.",
    ),
  });
}
