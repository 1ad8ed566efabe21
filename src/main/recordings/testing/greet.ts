import type { ScreenRecorder } from "../../sessions/screen-recorder.ts";
import { serverGreeting, viewer } from "./wire.ts";

/** What is known of a recording that tests begin. */
export const subject = { resource: "tower-a", resourceName: "Tower A", width: 0, height: 0 };

/** Lets a viewer and a server greet each other, up to the viewer's first request. */
export function greet(
  recorder: Pick<ScreenRecorder, "fromServer" | "fromViewer">,
  { greeting = serverGreeting(), wants = null as Buffer | null } = {},
): void {
  recorder.fromServer(greeting.version);
  recorder.fromServer(Buffer.concat([greeting.types, greeting.result]));
  recorder.fromViewer(viewer.greeting());
  recorder.fromServer(greeting.init);
  if (wants) recorder.fromViewer(viewer.pixelFormat(wants));
  recorder.fromViewer(viewer.encodings([0, 16, -223]));
  recorder.fromViewer(viewer.update());
}
