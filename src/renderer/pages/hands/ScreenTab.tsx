import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { detach } from "./detach.ts";
import { Machine } from "./Machine.tsx";
import { Recordings } from "./recordings/Recordings.tsx";
import { screensOf } from "./screens.ts";

/** The screen of one machine as a view of its page, and what was recorded of it. */
export default function ScreenTab({ resource, detail }: { resource: Resource; detail: ResourceDetail }) {
  const { t } = useTranslation("hands");
  const [refused, setRefused] = useState(false);
  // Management engines carry one screen at a time: this one makes way for the window's.
  const moveOut = () => {
    const mine = screensOf(resource.id).filter((screen) => screen.read().phase !== "ended");
    for (const screen of mine) screen.close();
    const opened = detach(resource.id);
    setRefused(!opened);
    if (!opened) for (const screen of mine) screen.open();
  };
  return (
    <>
      <Machine
        resource={resource}
        detail={detail}
        onLeave={() => document.getElementById("tab-screen")?.focus()}
        onDetach={moveOut}
      />
      {refused && <Notice tone="warning" title={t("detachRefused")} />}
      <Recordings id={resource.id} name={resource.name} />
    </>
  );
}
