import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to how a site hangs together; what is looked around is read more often. */
export function topologyAnswers(
  answer: ReturnType<typeof answers>,
  { topology, fleet }: Pick<Services, "topology" | "fleet">,
) {
  return {
    watch: answer.topology.watch.handler(({ input: { site, around }, context, signal }) =>
      pushOnChange(
        (changed) => topology.onChange(changed),
        () => {
          const view = topology.view(site, around);
          const centre = view.things.find(({ id }) => id === view.around);
          if (centre?.resource)
            fleet.lookAt([centre.resource, ...centre.also.map(({ resource }) => resource)]);
          return view;
        },
        context,
        signal,
      ),
    ),
  };
}
