import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import type { Dump, DumpSet } from "../dump-set.ts";
import type { DumpObserver } from "../observe.ts";
import { checkScript, readCheck } from "../readability.ts";

/** Milliseconds; a dump is read to its end. */
const deadline = 3_600_000;

/** `dumps.check`: reads a dump to its end on a server that has it; proven when it is whole by its own format. */
export function checkAction(access: HostAccess, observer: DumpObserver): Action {
  const known = ({ id }: { id: string }): { set: DumpSet; dump: Dump } => {
    const found = observer.dumpOf(id);
    if (!found) throw new RangeError(`no dump ${id}`);
    return found;
  };
  async function look({ resource, signal }: ActionContext): Promise<Verification> {
    const { set, dump } = known(resource);
    const [server] = dump.on;
    if (!server) return { proven: false, text: gone, data: {} };
    const path = `${set.config.directory.replace(/\/+$/, "")}/${dump.name}`;
    const sections = await access.ask(server.target, (mark) => checkScript(mark, path), { signal, deadline });
    const { isReadable, text: words } = readCheck(sections, set.config.format ?? null);
    if (isReadable !== null) observer.noteCheck(resource.id, isReadable ? "ok" : "failed");
    return {
      proven: isReadable === true,
      disproven: isReadable === false,
      text: words,
      data: { server: server.id, size: dump.size },
    };
  }
  return {
    id: "dumps.check",
    title: text("Check readability", "Vérifier la lisibilité"),
    verb: text("Check", "Vérifier"),
    risk: "safe",
    effect: "convergent",
    kinds: ["restore-point"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: ({ id }) => observer.dumpOf(id) !== null,
    describe: ({ name }) => ({
      steps: [
        text(
          `Read ${name} to its end where it is kept.`,
          `Lire ${name} jusqu'au bout là où il est conservé.`,
        ),
      ],
      proof: text("Its format says that it is whole.", "Son format indique qu'il est complet."),
      undo: null,
    }),
    async probe({ resource }) {
      const { dump } = known(resource);
      const observed = { size: dump.size, state: dump.state };
      if (dump.state === "running") return { state: "impossible", text: growing, observed };
      return { state: "needed", text: text("It is only read.", "Il est seulement lu."), observed };
    },
    apply: async () => ({ data: {} }),
    verify: look,
    async settle(context) {
      const { proven, text: words, data } = await look(context);
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },
  };
}

const gone: LocalText = text("No server has it any more.", "Plus aucun serveur ne l'a.");
const growing = text("It is still being written.", "Il est encore en cours d'écriture.");
