import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../shared/sign-in.ts";
import { useLocalText } from "../i18n/index.ts";
import { SignIn } from "../pages/people/SignIn.tsx";
import { useConsole } from "../state/console.tsx";

/** Lies over everything while the window is locked: what goes on, without a way to touch it, and how to come back. */
export function LockScreen({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const local = useLocalText();
  const { tasks } = useConsole();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const id = people.signedIn?.operator ?? "";
  const name = people.operators.find((one) => one.id === id)?.name ?? id;
  const running = (tasks.value?.tasks ?? []).filter(({ endedAt }) => endedAt === null);
  return (
    <main className="lock-screen">
      <h1 ref={heading} tabIndex={-1}>
        {t("locked")}
      </h1>
      <p>{t("lockedHint", { name })}</p>
      <SignIn people={people} first={id} />
      <h2>{t("lockedRuns")}</h2>
      {running.length === 0 ? (
        <p className="quiet">{t("lockedNone")}</p>
      ) : (
        <ul>
          {running.map((task) => (
            <li key={task.id}>
              {local(task.title)} · {task.resourceName}
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
