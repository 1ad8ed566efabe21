import { expect, test } from "vitest";
import { budgetSays, serverSays } from "./refused-for-now.ts";

test("what API servers say of a budget is said in French too", () => {
  const inFrench = (said: string) => budgetSays(said).fr.replace(/ Un autre pod prêt.*$/, "");
  expect(inFrench("The disruption budget api needs 2 healthy pods and has 2 currently")).toBe(
    "Retenu par son PodDisruptionBudget : le budget « api » exige 2 pods sains et en compte 2 actuellement.",
  );
  expect(inFrench("The disruption budget api is still being processed by the server.")).toContain(
    "le serveur traite encore le budget « api ».",
  );
  expect(inFrench("Cannot evict pod as it would violate the pod's disruption budget.")).toContain(
    "son éviction ne le respecterait pas.",
  );
  expect(
    inFrench(
      "The disruption budget api does not allow evicting pods currently because it failed sync: no $1 here",
    ),
  ).toContain("faute d'avoir pu être synchronisé (« no $1 here »).");
});

test("what is not known is quoted in French, and kept in English", () => {
  expect(budgetSays("the webhook held it")).toMatchObject({
    en: expect.stringContaining(": the webhook held it. Another"),
    fr: expect.stringContaining(": « the webhook held it ». Un autre"),
  });
  expect(serverSays("storage is (re)initializing").fr).toBe(
    "Le serveur d'API demande de patienter : « storage is (re)initializing »",
  );
});
