import { expect, it } from "vitest";
import { fakeAction } from "./fixtures/fake-estate.ts";
import { request, runnerWith } from "./fixtures/started-runner.ts";

it("gives a probe as long as its action says, and then says that the far side did not tell", async () => {
  const silent = fakeAction({ probeLimit: 5, probe: () => new Promise(() => undefined) });
  const [preview] = await runnerWith([silent]).preview(request());
  expect(preview?.probe).toMatchObject({
    state: "impossible",
    text: { en: "tower-a did not tell within 1 s how it stands." },
  });
});
