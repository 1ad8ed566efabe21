import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { About } from "../../shared/about.ts";
import type { Task } from "../../shared/action.ts";
import type { PraSummary } from "../../shared/pra.ts";
import type { Question } from "../../shared/question.ts";
import type { PeopleView } from "../../shared/sign-in.ts";
import type { Status } from "../../shared/status.ts";
import type { Client } from "./client.ts";
import { type Live, useClient, useLive, usePhase } from "./live.ts";

/** What every screen shows a part of: status, tasks, questions, the figures of PRA plans and who is signed in, each subscribed to once. */
interface ConsoleState {
  status: Live<Status>;
  tasks: Live<{ tasks: Task[] }>;
  questions: Live<{ questions: Question[] }>;
  pra: Live<{ plans: PraSummary[] }> & { retry: () => void };
  people: Live<PeopleView> & { retry: () => void };
  about: About | null;
}

const ConsoleContext = createContext<ConsoleState | null>(null);

const openStatus = (client: Client, signal: AbortSignal) => client.status.watch(undefined, { signal });
const openTasks = (client: Client, signal: AbortSignal) => client.tasks.watch(undefined, { signal });
const openQuestions = (client: Client, signal: AbortSignal) => client.questions.watch(undefined, { signal });
const openPra = (client: Client, signal: AbortSignal) => client.pra.list(undefined, { signal });

const openPeople = (client: Client, signal: AbortSignal) => client.people.watch(undefined, { signal });

/** Subscribes once to what every screen shows a part of, and shares it. */
export function ConsoleProvider({ children }: { children: ReactNode }) {
  const status = useLive(openStatus);
  const tasks = useLive(openTasks);
  const questions = useLive(openQuestions);
  const pra = useLive(openPra);
  const people = useLive(openPeople);
  const about = useAbout();
  const state = useMemo(
    () => ({ status, tasks, questions, pra, people, about }),
    [status, tasks, questions, pra, people, about],
  );
  return <ConsoleContext value={state}>{children}</ConsoleContext>;
}

/** Asked once per connection: another main may answer after a restart. */
function useAbout(): About | null {
  const client = useClient();
  const { generation } = usePhase();
  const [about, setAbout] = useState<About | null>(null);
  useEffect(() => {
    if (generation === 0) return;
    const controller = new AbortController();
    client.about(undefined, { signal: controller.signal }).then(setAbout, () => {
      // The connection banner says what is wrong; the next connection asks again.
    });
    return () => controller.abort();
  }, [client, generation]);
  return about;
}

/** Status, tasks, questions and who this console is; throws outside a ConsoleProvider. */
export function useConsole(): ConsoleState {
  const state = useContext(ConsoleContext);
  if (!state) throw new Error("a component stands outside the ConsoleProvider");
  return state;
}
