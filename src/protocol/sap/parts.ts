// SPDX-License-Identifier: Apache-2.0
// Parts of the tests of announcements.
import { parseSDP, type SDPSession } from "../sdp/index.ts";

export const session = (name: string, version = 1, id: number = name.length): SDPSession =>
  parseSDP(`v=0\no=- ${id} ${version} IN IP4 192.0.2.1\ns=${name}\nc=IN IP4 239.1.2.3/8\nt=0 0\nm=audio 5004 RTP/AVP 0\n`);
