// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component } from "../../axon/index.ts";
import { checkMount, checkPath } from "./checks.ts";
import type { IcecastMounts } from "./IcecastMounts.ts";
import type { IcecastMetadata } from "./messages.ts";
import type { IcecastMountOptions } from "./mount.ts";
import { joined } from "./source.ts";

/**
 * Plays on a mount what comes to it, as it comes: whoever feeds it sets the pace. A message to "metadata" says what is played from there on. When it ends, so
 * does what listeners hear, unless the mount has a fallback.
 *
 * @throws Error, as a failure of the component, when the mount has a source
 * @throws RangeError for a path that cannot be a mount, and for numbers below 0
 * @throws TypeError for a content type or a text that cannot be sent
 * @example
 * const mounts = new IcecastMounts();
 * const music = SimpleReader("song.mp3", { readMode: "bytes" });
 * await Pipeline(music, IcecastMount(mounts, "/music", { name: "Radio" })).run();
 */
export function IcecastMount(
  mounts: IcecastMounts,
  path: string,
  options: IcecastMountOptions = {},
): Component<{ inbox: Uint8Array; metadata: string | IcecastMetadata }, {}> {
  checkMount(checkPath(path), options);
  return component(IcecastMount, {
    inboxes: { inbox: "sound", metadata: "what is played: the title, or all there is to say" },
    *main({ inbox, metadata }, _, self) {
      const { mount, end } = mounts.begin(path, { peer: undefined, agent: undefined, since: self.system.clock.wallTime() }, options);
      try {
        while (yield anyOf(inbox, metadata)) {
          for (const news of metadata) mount.setMetadata(typeof news === "string" ? { StreamTitle: news } : news);
          if (inbox.length > 0) mount.publish(joined(inbox));
        }
      } finally {
        end();
      }
    },
  });
}
