// SPDX-License-Identifier: Apache-2.0
import { Line, readAdjustments, readAttribute, readBandwidth, readConnection, readOrigin, readRepeat } from "./fields.ts";
import { type Connection, type Media, SDPError, type SDPSession } from "./session.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Draft = Partial<Mutable<SDPSession>> &
  Pick<Mutable<SDPSession>, "bandwidth" | "attribute" | "unknown" | "email" | "phone" | "time" | "adjustments" | "media">;

/**
 * Reads a session description (RFC 8866). Lines that the RFC does not know are kept; empty ones are skipped.
 *
 * @param text lines that end with a line feed, or a carriage return and a line feed
 * @param first number of its first line, for errors
 * @throws SDPError that says in which line and column something is wrong
 * @example
 * console.log(parseSDP("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=News\nt=0 0\nm=audio 5004 RTP/AVP 0\n").media[0]!.port); // 5004
 */
export function parseSDP(text: string, first: number = 1): SDPSession {
  const session: Draft = { bandwidth: [], attribute: [], unknown: [], email: [], phone: [], time: [], adjustments: [], media: [] };
  let media: Mutable<Media> | undefined;
  let number = first - 1;
  let began = false;
  for (const raw of text.split("\n")) {
    number++;
    const trimmed = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (trimmed === "") continue;
    const bad = trimmed.search(/[\r\0]/);
    if (bad >= 0) throw new SDPError("a carriage return, or a NUL, is no part of a line", number, bad + 1);
    const line = new Line(trimmed, number);
    if (!began && line.type !== "v") throw new SDPError('a session description begins with "v="', number, 1);
    began = true;
    if (line.type === "m") session.media.push((media = readMedia(line)));
    else if (media === undefined) readSessionLine(session, line);
    else readMediaLine(media, line);
  }
  return finished(session, number);
}

function finished(session: Draft, number: number): SDPSession {
  const { origin, sessionname, protocol_version } = session;
  const missing = protocol_version === undefined ? "v=" : origin === undefined ? "o=" : sessionname === undefined ? "s=" : undefined;
  if (missing !== undefined || origin === undefined || sessionname === undefined)
    throw new SDPError(`"${missing}" is missing`, Math.max(1, number), 1);
  return { ...session, protocol_version: 0, origin, sessionname };
}

function readMedia(line: Line): Mutable<Media> {
  const media = line.word("the kind of media");
  const at = line.at;
  const [port = "", nports] = line.word("the port").split("/");
  const proto = line.word("the protocol");
  return {
    media,
    port: line.integer(port, "the port", at, 65_535),
    nports: nports === undefined ? 1 : line.integer(nports, "the number of ports", at + port.length + 1),
    proto,
    formats: line
      .rest("the format")
      .split(/ +/)
      .filter((format) => format !== ""),
    connection: [],
    bandwidth: [],
    attribute: [],
    unknown: [],
  };
}

function readMediaLine(media: Mutable<Media>, line: Line): void {
  if (line.type === "c") media.connection.push(ended(line, readConnection(line)));
  else readEither(media, line);
}

function readSessionLine(session: Draft, line: Line): void {
  switch (line.type) {
    case "v":
      if (session.protocol_version !== undefined) throw line.fault("a description has one version");
      if (line.value !== "0") throw line.fault(`the version is ${JSON.stringify(line.value)}; only 0 is known`);
      session.protocol_version = 0;
      break;
    case "o":
      session.origin = ended(line, readOrigin(line));
      break;
    case "s":
      session.sessionname = line.value === "" ? " " : line.value;
      break;
    case "u":
      session.URI = line.rest("the URI");
      break;
    case "e":
      session.email.push(line.rest("the address"));
      break;
    case "p":
      session.phone.push(line.rest("the number"));
      break;
    case "c":
      session.connection = ended<Connection>(line, readConnection(line));
      break;
    case "t":
      session.time.push(ended(line, { start: line.number("the start"), stop: line.number("the end"), repeats: [] }));
      break;
    case "r":
      readRepeatOf(session, line);
      break;
    case "z":
      session.adjustments.push(...readAdjustments(line));
      break;
    default:
      readEither(session, line);
  }
}

function readRepeatOf(session: Draft, line: Line): void {
  const time = session.time.at(-1);
  if (time === undefined) throw line.fault('"r=" follows a "t="');
  session.time[session.time.length - 1] = { ...time, repeats: [...time.repeats, readRepeat(line)] };
}

/** What a session and a medium may have. */
function readEither(of: Draft | Mutable<Media>, line: Line): void {
  if (line.type === "i") of.information = line.rest("the information");
  else if (line.type === "b") of.bandwidth.push(readBandwidth(line));
  else if (line.type === "k") of.encryption = line.rest("the key");
  else if (line.type === "a") of.attribute.push(readAttribute(line));
  else of.unknown.push({ type: line.type, value: line.value });
}

function ended<T>(line: Line, value: T): T {
  line.end();
  return value;
}
