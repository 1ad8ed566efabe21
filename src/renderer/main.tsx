import "@patternfly/react-core/dist/styles/base.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/people.css";
import "./styles/marks.css";
import "./styles/tools.css";
import "./styles/lists.css";
import "./styles/sheets.css";
import "./styles/overview.css";
import "./styles/resource.css";
import "./styles/terminal.css";
import "./styles/journal.css";
import "./styles/palette.css";
import "./styles/sessions.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { openChannel } from "./state/channel.ts";
import { Connection } from "./state/client.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const connection = new Connection(() => openChannel("calls"));
window.addEventListener("online", connection.reconnectNow);
window.addEventListener("pagehide", () => connection.close());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) connection.reconnectNow();
});
createRoot(root).render(
  <StrictMode>
    <App connection={connection} />
  </StrictMode>,
);
