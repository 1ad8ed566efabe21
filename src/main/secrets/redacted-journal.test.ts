import { expect, test } from "vitest";
import type { NewJournalEvent } from "../../shared/journal.ts";
import { redactedJournal } from "./redacted-journal.ts";
import { Redaction } from "./redaction.ts";

test("an event is written without the secrets in it, and its caller's stays as it was", () => {
  const redaction = new Redaction();
  redaction.add("marked-value");
  const written: NewJournalEvent[] = [];
  const journal = redactedJournal(
    {
      write: (event) => {
        written.push(event);
        return { ...event, sequence: 1, at: 0, actor: "", workstation: "", previousHash: "", hash: "" };
      },
    },
    redaction,
  );
  const event: NewJournalEvent = {
    type: "action.result",
    subject: "host-1",
    task: null,
    data: { output: "password marked-value", list: [{ "marked-value": 1 }] },
  };
  journal.write(event);
  expect(written).toEqual([{ ...event, data: { output: "password [secret]", list: [{ "[secret]": 1 }] } }]);
  expect(event.data.output).toBe("password marked-value");
});
