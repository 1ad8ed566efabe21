import { MemoryChannel } from "../../../testing/memory-channel.ts";
import { fakePaint } from "./fake-painter.ts";

const { painters, paint } = fakePaint();
const fars: MemoryChannel[] = [];

/** What stands in for noVNC and for main's channels in a test of the page: painters and far ends, newest last. */
export const stage = {
  painters,
  fars,
  /** In place of painter.ts. */
  painterModule: { paintWithNovnc: paint },
  /** In place of state/channel.ts. */
  channelModule: {
    openChannel: () => {
      const [near, far] = MemoryChannel.pair();
      near.open();
      fars.push(far);
      return near;
    },
  },
};
