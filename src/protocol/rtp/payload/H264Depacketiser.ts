// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import { type Arrived, opened } from "./arrived.ts";
import { H264Assembly } from "./h264Assembly.ts";
import type { AccessUnit } from "./nalUnits.ts";

/** What to keep at most. */
export interface H264DepacketiserOptions {
  /** Bytes of a picture at most; a larger one is malformed. Default 4194304. */
  readonly maxSize?: number;
}

/** A picture that came. */
export interface ReceivedAccessUnit extends AccessUnit {
  /** No packet of it was missing. */
  readonly complete: boolean;
}

/**
 * Takes H.264 pictures out of RTP packets (RFC 6184, packetization-mode 0 and 1): NAL units as they are, several together (STAP-A), in pieces (FU-A).
 * A picture is sent with its marker, or when the next one begins. A unit of which a piece is missing is left out, and the picture is not `complete`.
 * Packets have to come in their order: a RecoverOrder or a {@link JitterBuffer} sees to that. What is no H.264 goes to "malformed".
 *
 * @throws RangeError for a size that is not above 0
 * @example
 * await Pipeline(RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 }), H264Depacketiser(), H264Writer(), SimpleFileWriter("film.h264")).run(); // until it is stopped
 */
export function H264Depacketiser({ maxSize = 4_194_304 }: H264DepacketiserOptions = {}): Component<
  { inbox: Arrived },
  { outbox: ReceivedAccessUnit; malformed: Malformed }
> {
  if (!(maxSize > 0)) throw new RangeError(`Cannot receive pictures of ${maxSize} bytes: give more than 0`);
  return component(H264Depacketiser, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "pictures", malformed: "what is no H.264, and why" },
    *main({ inbox }, { outbox, malformed }, self) {
      const assembly = new H264Assembly(maxSize);
      const send = (): void => {
        const picture = assembly.take();
        if (picture !== undefined) outbox.send(picture);
      };
      while (yield inbox) {
        for (const message of inbox) {
          const [sequence, content] = opened(message);
          if (!assembly.belongs(content.timestamp)) send();
          const fault = assembly.add(sequence, content);
          if (fault !== undefined) malformed.send({ bytes: content.payload, reason: `Cannot read a piece of an H.264 picture: ${fault}` });
          if (content.marker === true) send();
        }
      }
      if (!self.toldToStop) send();
    },
  });
}
