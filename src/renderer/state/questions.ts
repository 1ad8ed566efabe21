import type { Question } from "../../shared/question.ts";
import { useConsole } from "./console.tsx";

/**
 * The open questions that may hold up a console of a resource: its own, a code that it shows, and those of hops that
 * are not connected, for whatever is opened goes through them. Questions of other machines are not its business.
 */
export function useQuestionsInTheWay({ id, name }: { id: string; name: string }): readonly Question[] {
  const { questions, status } = useConsole();
  const hops = status.value?.reach.hops.filter(({ state }) => state !== "connected") ?? [];
  const onTheWay = new Set([id, name, ...hops.flatMap((hop) => [hop.id, hop.name])]);
  return (questions.value?.questions ?? []).filter((question) =>
    question.kind === "consent" ? question.resource === id : onTheWay.has(question.target),
  );
}
